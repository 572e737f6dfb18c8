import { unreachable } from './errors.ts'
import { apiBase, readAnswer } from './http.ts'
import type { CreatedTokenSerializer, CreateTokenSerializer } from './types.ts'

export interface SignInOptions {
  readonly baseUrl: string
  readonly email: string
  readonly password: string
  /** The token that is wanted. */
  readonly token: CreateTokenSerializer
}

const TIMEOUT_MS = 60_000

/**
 * A token of the person's own, for programs, from address and password: a session is begun for it, and
 * ended. Refusals are thrown as with the client.
 */
export async function tokenForPassword(options: SignInOptions): Promise<CreatedTokenSerializer> {
  const { email, password, token } = options
  const api = apiBase(options.baseUrl)
  const iam = api.replace(/\/cloud\/v1$/, '/iam')
  const { cookie } = await post(`${iam}/auth/login`, { email, password })
  try {
    const made = await post<CreatedTokenSerializer>(`${api}/tokens`, token, cookie)
    return made.answer
  } finally {
    await post(`${iam}/auth/logout`, undefined, cookie)
  }
}

async function post<T>(url: string, body: object | undefined, cookie?: string) {
  // As a page of the server itself would say it.
  const headers = {
    accept: 'application/json',
    'sec-fetch-site': 'same-origin',
    'x-latchkey-csrf': '1',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(cookie === undefined ? {} : { cookie }),
  }
  const init: RequestInit = { method: 'POST', headers, redirect: 'manual' }
  if (body !== undefined) init.body = JSON.stringify(body)
  let response: Response
  let text: string
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    text = await response.text()
  } catch (error) {
    throw unreachable(new URL(url).origin, true, error)
  }
  const answer = readAnswer<T>(response, text)
  return { answer, cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0] }
}
