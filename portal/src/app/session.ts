import { readAnswer } from '../../../src/client/http.ts'
import type { LogInSerializer, MeSerializer } from '../../../src/client/types.ts'

/** Begins a session: the server sets its cookie, which no script can read. */
export async function logIn(body: LogInSerializer): Promise<MeSerializer> {
  return await post<MeSerializer>('/iam/auth/login', body)
}

export async function logOut(): Promise<void> {
  await post<undefined>('/iam/auth/logout')
}

async function post<T>(path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', 'x-latchkey-csrf': '1' }
  const init: RequestInit = { method: 'POST', headers }
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  const response = await fetch(path, init)
  return readAnswer<T>(response, await response.text())
}
