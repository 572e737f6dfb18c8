import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWellFormedKeySecret } from '../../src/domain/key-secret.ts'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

let api: TestApi
const hello = { name: 'hello', namespace: 'demo' }
const bye = { name: 'bye', namespace: 'demo' }

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.createFunction('hello')
  await api.createFunction('bye')
})
afterAll(() => api.close())

describe('creating a key', () => {
  it('answers 200 with the key, its secret, and where it is in force', async () => {
    const expire = '2026-09-01T00:00:00Z'
    const body = { name: 'first-key', description: 'for Ann', expire, functions: [hello, hello] }
    const answer = await api.call('POST', KEYS, { body })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      name: 'first-key',
      description: 'for Ann',
      status: 'Active',
      expire,
      functions: [hello],
      created_at: '2026-08-22T11:21:00Z',
    })
    expect(isWellFormedKeySecret(answer.json.secret)).toBe(true)
    expect(answer.headers['latchkey-propagation']).toMatch(/^revision=\d+; applied$/)
    expect(answer.headers['cache-control']).toBe('no-store')

    const read = await api.call('GET', `${KEYS}/first-key`)
    const { secret, ...rest } = answer.json
    expect(read.json).toEqual(rest)
    expect(read.text).not.toContain(secret)
  })

  it('takes a bare name: no description, no functions, no expiry', async () => {
    const { json } = await api.call('POST', KEYS, { body: { name: 'bare' } })
    expect(json).toMatchObject({ description: '', expire: null, functions: [], status: 'Active' })
    const nulls = { name: 'bare-nulls', description: null, expire: null, functions: [] }
    expect((await api.call('POST', KEYS, { body: nulls })).json).toMatchObject({ description: '' })
  })

  it('cuts fractions of a second off and turns every zone into UTC', async () => {
    const body = { name: 'zoned', expire: '2026-09-01T02:00:00.987654+02:00' }
    expect((await api.call('POST', KEYS, { body })).json.expire).toBe('2026-09-01T00:00:00Z')
  })

  it('refuses an expiry in the past, naming the field', async () => {
    const body = { name: 'late', expire: '2026-08-22T11:21:00Z' }
    const { json } = await api.call('POST', KEYS, { body })
    expect(json).toMatchObject({ status: 400, code: 'expire_in_past' })
    expect(json.errors[0].field).toBe('expire')
  })

  it('refuses functions that do not exist, by name', async () => {
    const body = { name: 'lost', functions: [hello, { name: 'nowhere', namespace: 'demo' }] }
    const { json } = await api.call('POST', KEYS, { body })
    expect(json).toMatchObject({ status: 400, code: 'unknown_functions' })
    expect(json.message).toContain('demo/nowhere')
  })

  it('refuses a name that is taken with 409', async () => {
    await api.call('POST', KEYS, { body: { name: 'twice' } })
    const { json } = await api.call('POST', KEYS, { body: { name: 'twice' } })
    expect(json).toMatchObject({ status: 409, code: 'name_taken' })
  })

  it('answers 404 in a project or region that does not exist', async () => {
    for (const url of ['/cloud/v1/faas/keys/9/1', '/cloud/v1/faas/keys/1/9']) {
      expect((await api.call('POST', url, { body: { name: 'ab' } })).status).toBe(404)
      expect((await api.call('GET', url)).status).toBe(404)
    }
  })
})

describe('changing a key', () => {
  it('leaves absent members as they are, and takes null as "never" for the expiry only', async () => {
    const expire = '2026-09-01T00:00:00Z'
    const body = { name: 'patched', description: 'before', expire, functions: [hello] }
    await api.call('POST', KEYS, { body })
    const url = `${KEYS}/patched`

    const renamed = await api.call('PATCH', url, { body: { description: 'after' } })
    expect(renamed.json).toMatchObject({ description: 'after', expire, functions: [hello] })
    expect(renamed.json).not.toHaveProperty('secret')
    const moved = await api.call('PATCH', url, { body: { functions: [bye] } })
    expect(moved.json).toMatchObject({ description: 'after', expire, functions: [bye] })
    const kept = await api.call('PATCH', url, { body: { description: null } })
    expect(kept.json.description).toBe('after')
    const endless = await api.call('PATCH', url, { body: { expire: null } })
    expect(endless.json).toMatchObject({ expire: null, functions: [bye] })
    expect((await api.call('PATCH', url, { body: {} })).status).toBe(200)
    const emptied = await api.call('PATCH', url, { body: { description: '', functions: [] } })
    expect(emptied.json).toMatchObject({ description: '', functions: [] })
  })

  it('shows the same relation from the function', async () => {
    await api.call('POST', KEYS, { body: { name: 'related', functions: [hello] } })
    const url = '/cloud/v1/faas/namespaces/1/1/demo/functions/hello'
    expect((await api.call('GET', url)).json.keys).toContain('related')
    await api.call('PATCH', url, { body: { keys: [] } })
    expect((await api.call('GET', `${KEYS}/related`)).json.functions).toEqual([])
  })

  it('answers 404 for a key that does not exist', async () => {
    expect((await api.call('PATCH', `${KEYS}/nobody`, { body: {} })).status).toBe(404)
    expect((await api.call('GET', `${KEYS}/nobody`)).status).toBe(404)
    expect((await api.call('DELETE', `${KEYS}/nobody`)).status).toBe(404)
  })
})

describe('deleting a key', () => {
  it('answers 204 with no body, and names the nodes that lag', async () => {
    await api.call('POST', KEYS, { body: { name: 'leaving' } })
    api.nodes.laggards = ['node-a', 'node b']
    const answer = await api.call('DELETE', `${KEYS}/leaving`)
    api.nodes.laggards = []
    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect(answer.headers['latchkey-propagation']).toMatch(
      /^revision=\d+; lagging=node-a,node%20b$/,
    )
    expect((await api.call('GET', `${KEYS}/leaving`)).status).toBe(404)
  })

  it('takes an empty body that calls itself JSON', async () => {
    await api.call('POST', KEYS, { body: { name: 'leaving-too' } })
    const headers = { 'content-type': 'application/json' }
    expect((await api.call('DELETE', `${KEYS}/leaving-too`, { headers })).status).toBe(204)
  })
})

describe('listing keys', () => {
  let own: TestApi
  beforeAll(async () => {
    own = await startApi()
    for (const [name, expire] of [
      ['alpha', null],
      ['beta', '2026-08-23T11:21:00Z'],
      ['gamma', '2026-08-29T11:21:00Z'],
      ['delta-alpha', '2026-12-01T00:00:00Z'],
    ]) {
      await own.call('POST', KEYS, { body: { name, expire } })
      own.clock.advance(1000)
    }
  })
  afterAll(() => own.close())

  async function names(query: string): Promise<string[]> {
    const { json } = await own.call('GET', `${KEYS}?${query}`)
    return json.results.map((key: { name: string }) => key.name)
  }

  it('orders by what is asked for, newest first when nothing is', async () => {
    expect(await names('')).toEqual(['delta-alpha', 'gamma', 'beta', 'alpha'])
    expect(await names('order_by=created_at.asc')).toEqual([
      'alpha',
      'beta',
      'gamma',
      'delta-alpha',
    ])
    expect(await names('order_by=name.asc')).toEqual(['alpha', 'beta', 'delta-alpha', 'gamma'])
    expect(await names('order_by=name.desc')).toEqual(['gamma', 'delta-alpha', 'beta', 'alpha'])
    const byExpiry = await names('order_by=expire.asc')
    expect(byExpiry.filter((name) => name !== 'alpha')).toEqual(['beta', 'gamma', 'delta-alpha'])
  })

  it('pages, with the count before paging', async () => {
    const { json } = await own.call('GET', `${KEYS}?order_by=name.asc&limit=2&offset=1`)
    expect(json.count).toBe(4)
    expect(json.results.map((key: { name: string }) => key.name)).toEqual(['beta', 'delta-alpha'])
    expect((await own.call('GET', `${KEYS}?offset=9007199254740991`)).json).toEqual({
      count: 4,
      results: [],
    })
  })

  it('searches in names and takes what expires within so many days', async () => {
    expect(await names('search=alpha&order_by=name.asc')).toEqual(['alpha', 'delta-alpha'])
    expect(await names('search=nothing')).toEqual([])
    expect(await names('expire_in=1')).toEqual(['beta'])
    expect((await names('expire_in=7')).sort()).toEqual(['beta', 'gamma'])
    expect((await names('expire_in=9999999999999')).length).toBe(3)
  })

  it('says Expired from the very instant on', async () => {
    own.clock.advance(Date.parse('2026-08-23T11:21:00Z') - own.clock.now())
    expect((await own.call('GET', `${KEYS}/beta`)).json.status).toBe('Expired')
    expect((await own.call('GET', `${KEYS}/gamma`)).json.status).toBe('Active')
  })
})
