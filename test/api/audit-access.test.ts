import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditLine } from '../../src/domain/audit-line.ts'
import { KEYS, startApi, type TestApi } from './api-harness.ts'
import { createUser, logIn, PASSWORD, tokenWith } from './operators.ts'

const AUDIT = '/cloud/v1/audit'

let api: TestApi
/** An owner of project 2 alone. */
let owner: string

beforeAll(async () => {
  api = await startApi()
  await api.call('POST', '/cloud/v1/projects', { body: { name: 'second' } })
  await api.call('POST', KEYS, { body: { name: 'of-one' } })
  await api.call('POST', KEYS.replace('/1/1', '/2/1'), { body: { name: 'of-two' } })
  owner = await tokenWith(api, 'owner', [{ projectId: 2, role: 'owner' }])
})
afterAll(() => api.close())

const as = (token: string) => ({ authorization: `apikey ${token}` })
const names = (rows: readonly AuditLine[]) => rows.map((row) => `${row.action} ${row.entity_name}`)
const OF_TWO = ['key.created of-two', 'project.created second']

describe('who sees the audit', () => {
  it('is an owner of the project, who sees its rows and no others', async () => {
    const { json } = await api.call('GET', AUDIT, as(owner))
    expect(names(json.results)).toEqual(OF_TWO)
    const asked = await api.call('GET', `${AUDIT}?project_id=1&project_id=2`, as(owner))
    expect(names(asked.json.results)).toEqual(OF_TWO)
    const other = await api.call('GET', `${AUDIT}?project_id=1`, as(owner))
    expect(other.json).toEqual({ results: [], next: null })
    const { text } = await api.call('GET', `${AUDIT}/export`, as(owner))
    const lines = text.trimEnd().split('\n')
    expect(names(lines.map((line) => JSON.parse(line)))).toEqual(OF_TWO.toReversed())
    const actions = await api.call('GET', '/cloud/v1/user_actions', as(owner))
    expect(actions.json.count).toBe(2)
  })

  it('is nobody with a smaller role', async () => {
    const editor = await tokenWith(api, 'editor', [{ projectId: 2, role: 'editor' }])
    expect((await api.call('GET', AUDIT, as(editor))).json.results).toEqual([])
    expect((await api.call('GET', `${AUDIT}/export`, as(editor))).text).toBe('')
    expect((await api.call('GET', '/cloud/v1/user_actions', as(editor))).json.count).toBe(0)
  })

  it('verifies it only as an owner of all', async () => {
    expect((await api.call('GET', `${AUDIT}/verify`, as(owner))).status).toBe(403)
    expect((await api.call('GET', `${AUDIT}/verify`)).json.ok).toBe(true)
  })
})

describe('log-ins', () => {
  it('are in it, with who, from where and under which request, refused ones too', async () => {
    const id = await createUser(api, 'ops@example.test')
    const wrong = { email: 'ops@example.test', password: `${PASSWORD}!` }
    const refused = await api.call('POST', '/iam/auth/login', { body: wrong, authorization: null })
    const session = await logIn(api, 'ops@example.test')
    expect(session).toBeDefined()
    const { json } = await api.call('GET', `${AUDIT}?action=user.log`)
    expect(json.results).toMatchObject([
      { action: 'user.logged-in', actor: 'ops@example.test', user_id: id, address: '127.0.0.1' },
      { action: 'user.log-in-refused', request_id: refused.headers['x-request-id'] },
    ])
    expect(JSON.stringify(json)).not.toContain(PASSWORD)
    expect((await api.call('GET', `${AUDIT}/verify`)).json.ok).toBe(true)
  })
})
