import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEYS, startApi, type TestApi } from './api-harness.ts'
import { createUser, logIn, tokenWith } from './operators.ts'

const TOKENS = '/cloud/v1/tokens'
const IAM = '/iam/clients/1/tokens'
const IAM_V2 = '/iam/v2/clients/1/tokens'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  await api.call('POST', '/cloud/v1/projects', { body: { name: 'another' } })
})
afterEach(() => api.close())

const as = (token: string) => ({ authorization: `apikey ${token}` })
const on = (projectId: number | null, role: string) => [{ project_id: projectId, role }]

describe('a token', () => {
  it('works until it expires, and is told then', async () => {
    const body = { name: 'short', expire: '2026-08-22T12:00:00Z', description: 'for a while' }
    const { json } = await api.call('POST', TOKENS, { body })
    expect(json).toMatchObject({ expire: '2026-08-22T12:00:00Z', description: 'for a while' })
    api.clock.advance(39 * 60_000 - 1)
    expect((await api.call('GET', KEYS, as(json.token))).status).toBe(200)
    api.clock.advance(1)
    expect((await api.call('GET', KEYS, as(json.token))).json).toMatchObject({
      status: 401,
      detail: 'The API token expired on 2026-08-22T12:00:00Z.',
    })
    const past = { name: 'past', expire: '2026-08-22T12:00:00Z' }
    expect((await api.call('POST', TOKENS, { body: past })).json.code).toBe('expire_in_past')
  })

  it('tells its last use, at most a minute late', async () => {
    const { json } = await api.call('POST', TOKENS, { body: { name: 'used' } })
    const lastUse = async () => {
      const { json: listed } = await api.call('GET', TOKENS)
      return listed.results.find((one: { name: string }) => one.name === 'used').last_used_at
    }
    expect(await lastUse()).toBeNull()
    await api.call('GET', KEYS, as(json.token))
    api.clock.advance(59_000)
    await api.call('GET', KEYS, as(json.token))
    expect(await lastUse()).toBe('2026-08-22T11:21:00Z')
    api.clock.advance(1_000)
    await api.call('GET', KEYS, as(json.token))
    expect(await lastUse()).toBe('2026-08-22T11:22:00Z')
  })

  it('gives another no more than it has: neither roles nor time', async () => {
    const owner = await tokenWith(api, 'owner', [{ projectId: 1, role: 'owner' }])
    const make = async (token: string, body: object) =>
      (await api.call('POST', TOKENS, { ...as(token), body })).json
    expect((await make(owner, { name: 'a', roles: on(2, 'invoker') })).code).toBe('forbidden')
    expect((await make(owner, { name: 'b', roles: on(null, 'invoker') })).code).toBe('forbidden')
    expect((await make(owner, { name: 'c', roles: on(1, 'viewer') })).roles).toEqual(
      on(1, 'viewer'),
    )
    expect((await make(owner, { name: 'd' })).roles).toEqual(on(1, 'owner'))
    const editor = await tokenWith(api, 'editor', [{ projectId: 1, role: 'editor' }])
    expect((await make(editor, { name: 'e', roles: on(1, 'viewer') })).code).toBe('forbidden')
    const nowhere = { name: 'f', roles: on(77, 'viewer') }
    expect((await make(api.token, nowhere)).errors[0].field).toBe('roles')

    const expire = '2026-08-23T00:00:00Z'
    const short = await make(api.token, { name: 'short', expire })
    expect((await make(short.token, { name: 'g' })).expire).toBe(expire)
    const longer = { name: 'h', expire: '2026-08-23T00:00:01Z' }
    expect((await make(short.token, longer)).code).toBe('forbidden')
  })

  it('is seen and deleted by owners of all its projects, and by nobody else', async () => {
    await tokenWith(api, 'on both', [
      { projectId: 1, role: 'viewer' },
      { projectId: 2, role: 'viewer' },
    ])
    await tokenWith(api, 'on one', [{ projectId: 1, role: 'viewer' }])
    const owner = await tokenWith(api, 'owner', [{ projectId: 1, role: 'owner' }])
    const names = async (token: string) =>
      (await api.call('GET', TOKENS, as(token))).json.results.map((t: { name: string }) => t.name)
    expect(await names(owner)).toEqual(['on one', 'owner'])
    expect((await api.call('DELETE', `${TOKENS}/2`, as(owner))).status).toBe(404)
    expect((await api.call('DELETE', `${TOKENS}/1`, as(owner))).status).toBe(404)
    expect((await api.call('DELETE', `${TOKENS}/3`, as(owner))).status).toBe(204)
    expect((await api.call('DELETE', `${TOKENS}/4`, as(owner))).status).toBe(204)
  })
})

describe("a person's token", () => {
  it('may do what the person may do at the moment, and no more', async () => {
    const id = await createUser(api, 'ada@example.com')
    const member = `/cloud/v1/projects/1/members/${id}`
    await api.call('PUT', member, { body: { role: 'editor' } })
    const ada = await logIn(api, 'ada@example.com')
    const too = { name: 'too much', roles: on(1, 'owner') }
    expect((await api.call('POST', TOKENS, { ...ada, body: too })).json.code).toBe('forbidden')
    const { json } = await api.call('POST', TOKENS, { ...ada, body: { name: 'laptop' } })
    expect(json).toMatchObject({
      user_id: id,
      issued_by: 'ada@example.com',
      roles: on(1, 'editor'),
    })
    const make = (name: string) =>
      api.call('POST', KEYS, { ...as(json.token), body: { name } }).then(({ status }) => status)
    expect(await make('one')).toBe(200)
    await api.call('PUT', member, { body: { role: 'viewer' } })
    expect(await make('two')).toBe(403)
    await api.call('DELETE', member)
    expect(await make('three')).toBe(404)
    await api.call('PUT', member, { body: { role: 'owner' } })
    expect(await make('four')).toBe(200)
    expect((await api.call('GET', '/cloud/v1/projects/1/members', as(json.token))).status).toBe(403)
    await api.call('PATCH', `/cloud/v1/users/${id}`, { body: { disabled: true } })
    expect(await make('five')).toBe(401)
    await api.call('PATCH', `/cloud/v1/users/${id}`, { body: { disabled: false } })
    expect(await make('six')).toBe(200)
    await api.call('DELETE', `/cloud/v1/users/${id}`)
    expect(await make('seven')).toBe(401)
    const keys = (await api.call('GET', KEYS)).json.results
    expect(keys.map((key: { issued_by: string }) => key.issued_by)).toEqual(
      Array.from({ length: 3 }, () => 'ada@example.com'),
    )
  })
})

describe.each([
  [IAM, '$'],
  [IAM_V2, '_'],
])('tokens in the shape of Gcore, %s', (url, separator) => {
  it('are made with its fields, and written with its separator', async () => {
    const made = await api.call('POST', url, {
      body: {
        name: 'My token',
        description: "It's my token",
        exp_date: '2027-01-01T12:00:00.000000Z',
        client_user: { role: { id: 5, name: 'Engineers' } },
      },
    })
    expect(made.status).toBe(200)
    expect(made.json).toMatchObject({
      name: 'My token',
      description: "It's my token",
      exp_date: '2027-01-01T12:00:00.000000Z',
      expired: false,
      deleted: false,
      created: '2026-08-22T11:21:00.000000Z',
      last_usage: null,
      client_user: {
        role: { id: 5, name: 'Engineers' },
        user_id: 0,
        user_name: 'first-start',
        user_email: '',
        client_id: 1,
        deleted: false,
      },
      roles: on(null, 'editor'),
    })
    expect(made.json.token.startsWith(`${made.json.id}${separator}`)).toBe(true)
    expect((await api.call('GET', KEYS, as(made.json.token))).status).toBe(200)
    expect((await api.call('GET', '/cloud/v1/users', as(made.json.token))).status).toBe(403)
    const one = await api.call('GET', `${url}/${made.json.id}`)
    expect(one.json).toMatchObject({ id: made.json.id, last_usage: '2026-08-22T11:21:00.000000Z' })
    expect(one.text).not.toContain(made.json.token.split(separator)[1])
    const list = await api.call('GET', url)
    expect(list.json.map(({ name }: { name: string }) => name)).toEqual(['first-start', 'My token'])
    expect((await api.call('GET', `${url}?role=Engineers`)).json).toHaveLength(1)
    expect((await api.call('GET', `${url}?role=1&issued_by=9`)).json).toEqual([])
    expect((await api.call('DELETE', `${url}/${made.json.id}`)).status).toBe(204)
    expect((await api.call('GET', `${url}/${made.json.id}`)).status).toBe(404)
  })

  it('have the roles of who makes them when none is named, and those of all its projects', async () => {
    const make = async (token: string, more: object) =>
      (await api.call('POST', url, { ...as(token), body: { exp_date: null, ...more } })).json
    const same = await make(api.token, { name: 'same', client_user: {} })
    expect(same).toMatchObject({ exp_date: null, roles: on(null, 'owner') })
    const owner = await tokenWith(api, 'owner', [
      { projectId: 1, role: 'owner' },
      { projectId: 2, role: 'owner' },
    ])
    const users = { name: 'users', client_user: { role: { name: 'Users' } } }
    expect((await make(owner, users)).roles).toEqual([...on(1, 'viewer'), ...on(2, 'viewer')])
    const editor = await tokenWith(api, 'editor', [{ projectId: 1, role: 'editor' }])
    const admins = { name: 'x', client_user: { role: { id: 1 } } }
    expect((await make(editor, admins)).code).toBe('forbidden')
  })

  it('are never given more than was meant because a field is misspelt', async () => {
    const body = { name: 'x', client_user: { roles: { id: 2 } } }
    const refused = await api.call('POST', url, { body })
    expect(refused.status).toBe(400)
    expect(refused.json.errors).toEqual([
      { field: 'client_user.roles', message: 'is not a known field' },
    ])
  })

  it('name their own fields in refusals', async () => {
    const body = { name: 'x', exp_date: '2020-01-01T00:00:00Z' }
    const refused = await api.call('POST', url, { body })
    expect(refused.json).toMatchObject({
      code: 'expire_in_past',
      errors: [{ field: 'exp_date', message: 'must be later than now' }],
    })
  })

  it('refuse groups that are none here, and other accounts', async () => {
    const purge = { name: 'x', exp_date: null, client_user: { role: { id: 3022 } } }
    const refused = await api.call('POST', url, { body: purge })
    expect(refused.json).toMatchObject({
      code: 'invalid_body',
      errors: [{ field: 'client_user.role' }],
    })
    const two = { name: 'x', client_user: { role: { id: 1, name: 'Users' } } }
    expect((await api.call('POST', url, { body: two })).json).toMatchObject({
      errors: [{ field: 'client_user.role' }],
    })
    expect((await api.call('GET', url.replace('/1/', '/2/'))).json.detail).toBe(
      'There is no client 2.',
    )
  })
})
