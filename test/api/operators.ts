import type { RoleOn } from '../../src/domain/role.ts'
import type { CallOptions, TestApi } from './api-harness.ts'

export const PASSWORD = 'correct horse battery'
export const SAME_PAGE = { 'sec-fetch-site': 'same-origin', 'x-latchkey-csrf': '1' }

/** A token with these roles, made by the first one. */
export async function tokenWith(
  api: TestApi,
  name: string,
  roles: readonly RoleOn[],
): Promise<string> {
  const wire = roles.map(({ projectId, role }) => ({ project_id: projectId, role }))
  const made = await api.call('POST', '/cloud/v1/tokens', { body: { name, roles: wire } })
  return made.json.token
}

export async function createUser(api: TestApi, email: string, more: object = {}): Promise<number> {
  const body = { email, password: PASSWORD, ...more }
  const { json } = await api.call('POST', '/cloud/v1/users', { body })
  return json.id
}

/** What to send along as the one who is signed in, in a browser on the server's own page. */
export async function logIn(
  api: TestApi,
  email: string,
  password: string = PASSWORD,
): Promise<CallOptions & { readonly headers: Readonly<Record<string, string>> }> {
  const answer = await api.call('POST', '/iam/auth/login', {
    body: { email, password },
    authorization: null,
  })
  return { authorization: null, headers: { ...SAME_PAGE, cookie: cookieOf(answer) } }
}

/** `name=value` of the cookie that an answer sets. */
export function cookieOf(answer: { readonly headers: Readonly<Record<string, unknown>> }): string {
  return String([answer.headers['set-cookie']].flat()[0]).split(';', 1)[0]!
}
