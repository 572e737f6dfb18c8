import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

const DELETED = '/cloud/v1/faas/deleted_keys/1/1'
const SETTINGS = '/cloud/v1/faas/key_settings/1'
const hello = { name: 'hello', namespace: 'demo' }
let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

const create = async (name: string, more = {}) =>
  (await api.call('POST', KEYS, { body: { name, ...more } })).json
const patch = (name: string, body: object, headers = {}) =>
  api.call('PATCH', `${KEYS}/${name}`, { body, headers })
const names = async (query: string) => {
  const { json } = await api.call('GET', `${KEYS}?order_by=name.asc&${query}`)
  return json.results.map((key: { name: string }) => key.name)
}

describe('a key on the wire', () => {
  it('looks as in the contract while nothing more was asked for, with its further members empty', async () => {
    const key = await create('plain', { functions: [hello] })
    expect(key).toMatchObject({
      functions: [hello],
      namespaces: [],
      labels: {},
      not_before: null,
      disabled: false,
      status: 'Active',
    })
    expect(Object.keys(key.functions[0])).toEqual(['name', 'namespace'])
    expect(key.issued_by).not.toBe('')
  })

  it('carries labels, its first moment, and what its grants are limited to', async () => {
    const key = await create('full', {
      labels: { env: 'prod' },
      not_before: '2026-09-01T02:00:00.9+02:00',
      disabled: true,
      functions: [{ ...hello, methods: ['get'], paths: ['/orders/'] }],
      namespaces: [{ name: 'demo' }],
    })
    expect(key).toMatchObject({
      labels: { env: 'prod' },
      not_before: '2026-09-01T00:00:00Z',
      disabled: true,
      status: 'Disabled',
      functions: [{ ...hello, methods: ['GET'], paths: ['/orders'] }],
      namespaces: [{ name: 'demo', methods: [], paths: [] }],
    })
    const { json: fn } = await api.call('GET', '/cloud/v1/faas/namespaces/1/1/demo/functions/hello')
    expect(fn.keys).toContain('full')
    expect(fn.namespace_keys).toEqual(['full'])
  })

  it('keeps what a client of the contract does not send, and gives it plain grants when it sends some', async () => {
    const limited = [{ ...hello, methods: ['GET'], paths: [] }]
    const more = { labels: { a: 'b' }, namespaces: [{ name: 'demo' }], functions: limited }
    await create('kept', more)
    const kept = await patch('kept', { description: 'x', expire: null })
    expect(kept.json).toMatchObject({
      labels: { a: 'b' },
      namespaces: [{ name: 'demo' }],
      functions: limited,
    })
    const nulls = { name: null, labels: null, namespaces: null, disabled: null }
    expect((await patch('kept', nulls)).json).toMatchObject({
      name: 'kept',
      labels: { a: 'b' },
      namespaces: [{ name: 'demo' }],
    })
    expect((await patch('kept', { functions: [hello] })).json.functions).toEqual([hello])
    expect((await patch('kept', { labels: {}, namespaces: [] })).json).toMatchObject({
      labels: {},
      namespaces: [],
    })
  })

  it('is renamed, and found by its new name only', async () => {
    const { id } = await create('old-name')
    const renamed = await patch('old-name', { name: 'new-name' })
    expect(renamed.json).toMatchObject({ id, name: 'new-name' })
    expect((await api.call('GET', `${KEYS}/old-name`)).status).toBe(404)
    await create('taken')
    expect((await patch('new-name', { name: 'taken' })).json).toMatchObject({
      status: 409,
      code: 'name_taken',
    })
  })

  it('is found by labels, status, function and id', async () => {
    const { id } = await create('found', { labels: { team: 'x', env: 'a' } })
    expect(await names('label=team')).toEqual(['found'])
    expect(await names('label=team=x&label=env=a')).toEqual(['found'])
    expect(await names('label=team=y')).toEqual([])
    expect(await names('status=Disabled')).toEqual(['full'])
    expect(await names('function=demo/hello')).toEqual(['full', 'kept', 'plain'])
    expect(await names(`id=${id}`)).toEqual(['found'])
    for (const [query, field] of [
      ['label=', 'label'],
      ['label=a b', 'label'],
      ['label=a="', 'label'],
      ['function=hello', 'function'],
      ['status=active', 'status'],
    ]) {
      const { json } = await api.call('GET', `${KEYS}?${query}`)
      expect(json, query).toMatchObject({ code: 'invalid_parameter', errors: [{ field }] })
    }
    for (const query of ['function=demo/gone', 'namespace=gone']) {
      expect((await api.call('GET', `${KEYS}?${query}`)).status, query).toBe(404)
    }
  })
})

describe('a namespace', () => {
  it('tells which keys open it as such, and not which open a function of it', async () => {
    await create('all-of-it', { namespaces: [{ name: 'demo' }] })
    await create('reads-it', { namespaces: [{ name: 'demo', methods: ['GET'] }] })
    const opening = await names('namespace=demo')
    expect(opening).toEqual(expect.arrayContaining(['all-of-it', 'reads-it']))
    expect(opening).not.toContain('plain')
  })
})

describe('taking a key away', () => {
  it('says when it was last used: never, or when, for what and from where', async () => {
    await create('unused')
    const deleted = await api.call('DELETE', `${KEYS}/unused`)
    expect(deleted.headers['latchkey-last-used']).toBe('never')

    const { id } = await create('used', { functions: [hello] })
    const fn = await api.control.functions.get({ projectId: 1, regionId: 1 }, hello)
    const use = { last_used_at_ms: Date.parse('2026-08-22T11:20:59.9Z') }
    const set = (more: object) =>
      api.store.db
        .updateTable('keys')
        .set({ ...use, ...more })
        .where('id', '=', id)
        .execute()
    await set({ last_used_function_id: fn.fn.id, last_used_address: '192.0.2.1' })
    const off = await patch('used', { disabled: true })
    expect(off.headers['latchkey-last-used']).toBe(
      '2026-08-22T11:20:59Z; function=demo/hello; address=192.0.2.1',
    )
    expect(off.json).toMatchObject({ status: 'Disabled' })
    expect((await patch('used', { disabled: false })).headers).not.toHaveProperty(
      'latchkey-last-used',
    )
    await set({ last_used_function_id: 'gone', last_used_address: '2001:db8::1' })
    const gone = await api.call('DELETE', `${KEYS}/used`)
    expect(gone.headers['latchkey-last-used']).toBe('2026-08-22T11:20:59Z; address=2001:db8::1')
  })

  it('can be undone, under another name and with another expiry where asked', async () => {
    const { id } = await create('undone', { description: 'for Ann' })
    await api.call('DELETE', `${KEYS}/undone`)
    const { json } = await api.call('GET', `${DELETED}?search=undone`)
    expect(json).toMatchObject({
      count: 1,
      results: [
        {
          id,
          name: 'undone',
          description: 'for Ann',
          expire: null,
          leaked: false,
          deleted_at: '2026-08-22T11:21:00Z',
          restorable_until: '2026-09-21T11:21:00Z',
        },
      ],
    })
    const body = { name: 'undone-2', expire: '2026-10-01T00:00:00Z' }
    const back = await api.call('POST', `${DELETED}/${id}/restore`, { body })
    expect(back.json).toMatchObject({ id, name: 'undone-2', expire: '2026-10-01T00:00:00Z' })
    expect(back.json).not.toHaveProperty('secret')
    expect(back.headers['latchkey-propagation']).toMatch(/; applied$/)
    expect((await api.call('POST', `${DELETED}/${id}/restore`)).status).toBe(404)
  })

  it('cannot be undone for a key that leaked, nor once it is forgotten', async () => {
    const leaked = await create('leaked')
    await api.call('DELETE', `${KEYS}/leaked?leaked=true`)
    const refused = await api.call('POST', `${DELETED}/${leaked.id}/restore`)
    expect(refused.json).toMatchObject({ status: 409, code: 'key_leaked' })
    const { json } = await api.call('GET', `${DELETED}?search=leaked`)
    expect(json.results).toMatchObject([{ leaked: true, restorable_until: null }])
    expect((await api.call('DELETE', `${DELETED}/${leaked.id}`)).status).toBe(204)
    expect((await api.call('DELETE', `${DELETED}/${leaked.id}`)).status).toBe(404)
  })

  it('is answered again as the first time when it is repeated', async () => {
    const { id } = await create('repeated')
    const again = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
      const headers = { 'idempotency-key': `${method} ${url}`.replaceAll(/[^\w]/g, '-') }
      const send = () => api.call(method, url, { headers, ...(body && { body }) })
      const [first, second] = [await send(), await send()]
      expect(second.headers['idempotency-replayed']).toBe('true')
      expect([second.status, second.text]).toEqual([first.status, first.text])
      return first.status
    }
    expect(await again('PATCH', `${KEYS}/repeated`, { disabled: true })).toBe(200)
    expect(await again('DELETE', `${KEYS}/repeated`)).toBe(204)
    expect(await again('POST', `${DELETED}/${id}/restore`, {})).toBe(200)
    expect(await again('PATCH', SETTINGS, { unused_days: 80 })).toBe(200)
    await api.call('DELETE', `${KEYS}/repeated`)
    expect(await again('DELETE', `${DELETED}/${id}`)).toBe(204)
  })
})

describe("a project's settings of keys", () => {
  it('are read, changed in part, and asked when a key is made', async () => {
    const own = await startApi()
    const settings = async (body: object) => (await own.call('PATCH', SETTINGS, { body })).json
    expect((await own.call('GET', SETTINGS)).json).toEqual({
      key_life_days_max: null,
      keys_must_expire: false,
      notice_days: [30, 14, 7, 1],
      unused_days: 90,
      notice_emails: [],
    })
    const changed = await settings({
      key_life_days_max: 30,
      notice_days: [3, 20],
      notice_emails: ['ops@example.com'],
    })
    expect(changed).toEqual({
      key_life_days_max: 30,
      keys_must_expire: false,
      notice_days: [20, 3],
      unused_days: 90,
      notice_emails: ['ops@example.com'],
    })
    const make = async (name: string, expire: string | null) =>
      (await own.call('POST', KEYS, { body: { name, expire } })).json
    expect(await make('endless', null)).toMatchObject({
      status: 400,
      code: 'key_policy',
      errors: [{ field: 'expire' }],
    })
    const late = await make('late', '2026-09-30T00:00:00Z')
    expect(late.errors[0].message).toBe('must not be later than 2026-09-21T11:21:00Z')
    expect(await make('fine', '2026-09-21T11:21:00Z')).toMatchObject({ status: 'Active' })
    expect(await settings({ key_life_days_max: null })).toMatchObject({ key_life_days_max: null })
    expect(await make('endless', null)).toMatchObject({ status: 'Active' })
    expect((await own.call('GET', '/cloud/v1/faas/key_settings/9')).status).toBe(404)
    await own.close()
  })
})
