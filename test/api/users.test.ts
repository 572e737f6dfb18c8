import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../src/store/audit.ts'
import { startApi, type TestApi } from './api-harness.ts'
import { createUser, logIn, PASSWORD, tokenWith } from './operators.ts'

const USERS = '/cloud/v1/users'
const MEMBERS = '/cloud/v1/projects/1/members'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

describe('users', () => {
  it('are created, listed by address, changed and deleted, and their passwords never shown', async () => {
    const body = { email: 'Zoe@example.com', name: 'Zoe', password: PASSWORD, role: 'viewer' }
    const made = await api.call('POST', USERS, { body })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      email: 'Zoe@example.com',
      name: 'Zoe',
      disabled: false,
      roles: [{ project_id: null, role: 'viewer' }],
      last_log_in_at: null,
    })
    await createUser(api, 'ada@example.com')
    const list = await api.call('GET', `${USERS}?limit=1`)
    expect(list.json).toMatchObject({ count: 2, results: [{ email: 'ada@example.com' }] })
    const user = `${USERS}/${made.json.id}`
    await logIn(api, 'zoe@example.com')
    const patch = { email: 'zoe@example.org', name: 'Zoë', role: null }
    expect((await api.call('PATCH', user, { body: patch })).json).toMatchObject({
      email: 'zoe@example.org',
      name: 'Zoë',
      roles: [],
      last_log_in_at: '2026-08-22T11:21:00Z',
    })
    expect((await api.call('DELETE', user)).status).toBe(204)
    expect((await api.call('GET', user)).status).toBe(404)
    expect((await api.call('PATCH', user, { body: {} })).status).toBe(404)
    const rows = JSON.stringify(await listAudit(api.store.db))
    expect(rows).toContain('"user.deleted"')
    expect(rows).not.toContain(PASSWORD)
    expect(rows).not.toContain('argon2')
  })

  it('have an address of their own, whatever its case', async () => {
    await createUser(api, 'ada@example.com')
    const body = { email: 'ADA@EXAMPLE.COM', password: PASSWORD }
    expect((await api.call('POST', USERS, { body })).json).toMatchObject({
      code: 'name_taken',
      errors: [{ field: 'email' }],
    })
    const id = await createUser(api, 'eve@example.com')
    const patch = { email: 'Ada@example.com' }
    expect((await api.call('PATCH', `${USERS}/${id}`, { body: patch })).status).toBe(409)
    const own = { email: 'Eve@example.com' }
    expect((await api.call('PATCH', `${USERS}/${id}`, { body: own })).status).toBe(200)
    for (const email of ['nobody', 'a@b@c', '@example.com', 'a b@example.com', 'a@b\n']) {
      const answer = await api.call('POST', USERS, { body: { email, password: PASSWORD } })
      expect(answer.json.errors[0].field).toBe('email')
    }
  })

  it('have passwords of 12 to 256 characters that are not the address, and no other rule', async () => {
    const make = (password: string, email = 'a-long-one@example.com') =>
      api.call('POST', USERS, { body: { email, password } })
    for (const password of ['x'.repeat(11), 'x'.repeat(257), 'A-Long-One@Example.com']) {
      const { json } = await make(password)
      expect(json).toMatchObject({ code: 'invalid_body', errors: [{ field: 'password' }] })
    }
    expect((await make('🔑'.repeat(11))).status).toBe(400)
    expect((await make('x'.repeat(12), 'a@example.com')).status).toBe(201)
    expect((await make('🔑'.repeat(256), 'b@example.com')).status).toBe(201)
    await logIn(api, 'b@example.com', '🔑'.repeat(256))
  })

  it('change a password once, however many ask at the same time', async () => {
    await createUser(api, 'ada@example.com')
    const passwords = ['another long one 1', 'another long one 2', 'another long one 3']
    const browsers = []
    for (const password of passwords) {
      browsers.push({ password, browser: await logIn(api, 'ada@example.com') })
    }
    const answers = await Promise.all(
      browsers.map(async ({ password, browser }) => {
        const body = { old_password: PASSWORD, new_password: password }
        const { status } = await api.call('POST', '/cloud/v1/me/password', { ...browser, body })
        return { password, status }
      }),
    )
    const changed = answers.filter(({ status }) => status === 204)
    expect(changed).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 204)
    expect(refused.every(({ status }) => [401, 403, 409].includes(status))).toBe(true)
    const body = { email: 'ada@example.com', password: changed[0]!.password }
    const anew = await api.call('POST', '/iam/auth/login', { body, authorization: null })
    expect(anew.status).toBe(200)
  })

  it('leave one owner of all', async () => {
    const id = await createUser(api, 'ada@example.com', { role: 'owner' })
    await tokenWith(api, 'short', [{ projectId: 1, role: 'owner' }])
    const ada = await logIn(api, 'ada@example.com')
    expect((await api.call('DELETE', '/cloud/v1/tokens/1', ada)).status).toBe(204)
    const user = `${USERS}/${id}`
    const attempts = [
      api.call('DELETE', user, ada),
      api.call('PATCH', user, { ...ada, body: { role: 'editor' } }),
      api.call('PATCH', user, { ...ada, body: { role: null } }),
      api.call('PATCH', user, { ...ada, body: { disabled: true } }),
    ]
    for (const { json } of await Promise.all(attempts)) {
      expect(json).toMatchObject({ code: 'conflict', detail: expect.stringMatching(/last owner/) })
    }
    const another = { email: 'eve@example.com', password: PASSWORD, role: 'owner' }
    expect((await api.call('POST', USERS, { ...ada, body: another })).status).toBe(201)
    expect((await api.call('DELETE', user, ada)).status).toBe(204)
  })
})

describe('members of a project', () => {
  it('are named by number or address, and have one role each', async () => {
    const id = await createUser(api, 'ada@example.com')
    const set = await api.call('PUT', `${MEMBERS}/ADA@example.com`, { body: { role: 'viewer' } })
    expect(set.json).toMatchObject({ user_id: id, role: 'viewer', all_projects: false })
    await api.call('PUT', `${MEMBERS}/${id}`, { body: { role: 'editor' } })
    await createUser(api, 'boss@example.com', { role: 'owner' })
    const { json } = await api.call('GET', MEMBERS)
    expect(
      json.results.map((m: { email: string; role: string; all_projects: boolean }) => [
        m.email,
        m.role,
        m.all_projects,
      ]),
    ).toEqual([
      ['ada@example.com', 'editor', false],
      ['boss@example.com', 'owner', true],
    ])
    expect((await api.call('DELETE', `${MEMBERS}/${id}`)).status).toBe(204)
    expect((await api.call('DELETE', `${MEMBERS}/${id}`)).status).toBe(404)
    expect((await api.call('DELETE', `${MEMBERS}/boss@example.com`)).status).toBe(404)
  })

  it('must be users, of a project that is there', async () => {
    const body = { role: 'viewer' }
    expect((await api.call('PUT', `${MEMBERS}/99`, { body })).status).toBe(404)
    expect((await api.call('PUT', `${MEMBERS}/nobody@example.com`, { body })).status).toBe(404)
    const id = await createUser(api, 'ada@example.com')
    const nowhere = `/cloud/v1/projects/99/members/${id}`
    expect((await api.call('PUT', nowhere, { body })).json.detail).toBe('There is no project 99.')
    const much = { role: 'god' }
    expect((await api.call('PUT', `${MEMBERS}/${id}`, { body: much })).status).toBe(400)
  })

  it('are not told by their numbers to an owner of the project who does not know them', async () => {
    const id = await createUser(api, 'ada@example.com')
    const token = await tokenWith(api, 'owner', [{ projectId: 1, role: 'owner' }])
    const owner = { authorization: `apikey ${token}` }
    const body = { role: 'viewer' }
    const answers = [
      await api.call('DELETE', `${MEMBERS}/${id}`, owner),
      await api.call('PUT', `${MEMBERS}/${id}`, { ...owner, body }),
    ]
    for (const { status, json, text } of answers) {
      expect([status, json.detail]).toEqual([404, `There is no user ${id}.`])
      expect(text).not.toContain('ada')
    }
    const byAddress = await api.call('PUT', `${MEMBERS}/ada@example.com`, { ...owner, body })
    expect(byAddress.status).toBe(200)
    expect((await api.call('DELETE', `${MEMBERS}/${id}`, owner)).status).toBe(204)
  })

  it('are noted in the audit of the project', async () => {
    await createUser(api, 'ada@example.com')
    await api.call('PUT', `${MEMBERS}/ada@example.com`, { body: { role: 'viewer' } })
    await api.call('PUT', `${MEMBERS}/ada@example.com`, { body: { role: 'owner' } })
    await api.call('DELETE', `${MEMBERS}/ada@example.com`)
    const rows = (await listAudit(api.store.db)).slice(-3)
    expect(rows.map(({ action, scope, before, after }) => [action, scope, before, after])).toEqual([
      ['member.set', { projectId: 1 }, undefined, { role: 'viewer' }],
      ['member.set', { projectId: 1 }, { role: 'viewer' }, { role: 'owner' }],
      ['member.removed', { projectId: 1 }, { role: 'owner' }, undefined],
    ])
  })
})
