import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deferred } from '../../src/lib/deferred.ts'
import {
  FUNCTIONS,
  helloFunction,
  KEYS,
  NAMESPACES,
  startApi,
  type TestApi,
} from './api-harness.ts'

let api: TestApi
let keyCount = 0

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
})
afterAll(() => api.close())

function idempotent(key = `request-${keyCount++}`) {
  return { 'idempotency-key': key }
}

describe('a repeated request', () => {
  it('for a key gets the first answer without its secret, and is told why', async () => {
    const headers = idempotent()
    const first = await api.call('POST', KEYS, { body: { name: 'once', functions: [] }, headers })
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    const again = await api.call('POST', KEYS, {
      raw: '{"functions": [],\n"name":"once"}',
      headers,
    })
    expect(again.status).toBe(200)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
    const { secret, ...key } = first.json
    expect(again.json).toEqual({ ...key, secret: '', secret_notice: expect.stringMatching(/once/) })
    expect(again.text).not.toContain(secret)
    expect((await api.call('GET', `${KEYS}?search=once`)).json.count).toBe(1)
  })

  it('answers alike for every kind of change', async () => {
    const changes: [string, string, object?][] = [
      ['POST', NAMESPACES, { name: 'again' }],
      ['PATCH', `${NAMESPACES}/again`, { description: 'x' }],
      ['POST', FUNCTIONS, helloFunction('again')],
      ['PATCH', `${FUNCTIONS}/again`, { timeout: 6 }],
      ['DELETE', `${FUNCTIONS}/again`],
      ['DELETE', `${NAMESPACES}/again`],
      ['POST', KEYS, { name: 'again' }],
      ['PATCH', `${KEYS}/again`, { description: 'x' }],
      ['DELETE', `${KEYS}/again`],
      ['POST', '/cloud/v1/projects', { name: 'again' }],
    ]
    for (const [method, url, body] of changes) {
      const options = { headers: idempotent(), ...(body === undefined ? {} : { body }) }
      const first = await api.call(method, url, options)
      expect(first.status, `${method} ${url}`).toBeLessThan(300)
      const again = await api.call(method, url, options)
      expect(again.headers['idempotency-replayed']).toBe('true')
      expect(again.status).toBe(first.status)
      if (!('secret' in (first.json ?? {}))) expect(again.json).toEqual(first.json)
    }
  })

  it('is answered when it is in force, for the first answer may never have left', async () => {
    const headers = idempotent()
    const body = { name: 'in-force' }
    const first = await api.call('POST', KEYS, { body, headers })
    const told = (answer: typeof first) => answer.headers['latchkey-propagation']
    const gate = deferred<void>()
    api.nodes.gate = gate.promise
    let isAnswered = false
    const repeated = api.call('POST', KEYS, { body, headers }).finally(() => {
      isAnswered = true
    })
    await expect.poll(async () => (await api.call('GET', `${KEYS}/in-force`)).status).toBe(200)
    expect(isAnswered).toBe(false)
    gate.resolve()
    expect(told(await repeated)).toBe(told(first))
    api.nodes.laggards = ['node-b']
    const late = told(await api.call('POST', KEYS, { body, headers }))
    expect(late).toMatch(/^revision=\d+; lagging=node-b$/)
    api.nodes.laggards = []
  })

  it('for a token gets no token, and deletes only once', async () => {
    const headers = idempotent()
    const body = { name: 'second token' }
    const first = await api.call('POST', '/cloud/v1/tokens', { body, headers })
    const again = await api.call('POST', '/cloud/v1/tokens', { body, headers })
    expect(again).toMatchObject({ status: 201, json: { id: first.json.id, token: '' } })
    const deletion = { headers: idempotent() }
    const url = `/cloud/v1/tokens/${first.json.id}`
    expect((await api.call('DELETE', url, deletion)).status).toBe(204)
    expect((await api.call('DELETE', url, deletion)).status).toBe(204)
    expect((await api.call('DELETE', url)).status).toBe(404)
  })

  it('is refused as the first was, whatever has happened since', async () => {
    const refusals: [object, number][] = [
      [{ name: 'WRONG' }, 400],
      [{ name: 'taken' }, 409],
      [{ name: 'lost', functions: [{ name: 'later', namespace: 'demo' }] }, 400],
    ]
    for (const [body, status] of refusals) {
      await api.call('POST', KEYS, { body: { name: 'taken' } })
      const headers = idempotent()
      const first = await api.call('POST', KEYS, { body, headers })
      expect(first.status).toBe(status)
      await api.call('DELETE', `${KEYS}/taken`)
      await api.createFunction('later')
      const again = await api.call('POST', KEYS, { body, headers })
      expect(again.headers['idempotency-replayed']).toBe('true')
      const { request_id: id, ...problem } = again.json
      expect(id).toBe(again.headers['x-request-id'])
      expect(first.json).toMatchObject(problem)
      await api.call('DELETE', `${FUNCTIONS}/later`)
    }
  })

  it('is a new request after a day', async () => {
    const own = await startApi()
    const headers = idempotent()
    const body = { name: 'daily' }
    await own.call('POST', KEYS, { body, headers })
    own.clock.advance(24 * 60 * 60 * 1000)
    expect((await own.call('POST', KEYS, { body, headers })).status).toBe(409)
    await own.close()
  })
})

describe('an Idempotency-Key', () => {
  it('that was used for another request is 422', async () => {
    const headers = idempotent()
    await api.call('POST', KEYS, { body: { name: 'this' }, headers })
    const others: [string, string, object][] = [
      ['POST', KEYS, { name: 'that' }],
      ['POST', NAMESPACES, { name: 'this' }],
      ['PATCH', `${KEYS}/this`, { description: 'x' }],
    ]
    for (const [method, url, body] of others) {
      const { json } = await api.call(method, url, { body, headers })
      expect(json).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
    }
    const first = await api.call('POST', KEYS, { body: { name: 'this' }, headers })
    expect(first.headers['idempotency-replayed']).toBe('true')
  })

  it.each(['', ' ', 'with space', 'x'.repeat(256), 'é', 'tab\there'])('%j is 400', async (key) => {
    const headers = { 'idempotency-key': key }
    const { json } = await api.call('POST', KEYS, { body: { name: 'unmade' }, headers })
    expect(json.code).toBe('invalid_idempotency_key')
    expect((await api.call('DELETE', `${KEYS}/unmade`, { headers })).status).toBe(400)
  })

  it('of 255 characters is taken, and on a read passed over', async () => {
    const headers = idempotent('~'.repeat(255))
    expect((await api.call('POST', KEYS, { body: { name: 'long' }, headers })).status).toBe(200)
    expect((await api.call('GET', KEYS, { headers: idempotent('') })).status).toBe(200)
  })

  it('of another token is another key', async () => {
    const made = await api.call('POST', '/cloud/v1/tokens', { body: { name: 'other' } })
    const headers = idempotent('shared')
    await api.call('POST', KEYS, { body: { name: 'mine' }, headers })
    const authorization = `apikey ${made.json.token}`
    const other = await api.call('POST', KEYS, { body: { name: 'theirs' }, headers, authorization })
    expect(other.status).toBe(200)
  })

  it('of a request that had no valid token or no readable body is not used up', async () => {
    const headers = idempotent()
    const body = { name: 'retried' }
    expect((await api.call('POST', KEYS, { body, headers, authorization: null })).status).toBe(401)
    expect((await api.call('POST', KEYS, { raw: '{', headers })).status).toBe(400)
    expect((await api.call('POST', KEYS, { body, headers })).status).toBe(200)
  })

  it('is 409 until the gateways have confirmed the first request', async () => {
    await api.call('POST', KEYS, { body: { name: 'revoked' } })
    const headers = idempotent()
    const confirmed = deferred<void>()
    api.nodes.gate = confirmed.promise
    const first = api.call('DELETE', `${KEYS}/revoked`, { headers })
    await expect.poll(async () => (await api.call('GET', `${KEYS}/revoked`)).status).toBe(404)
    const early = await api.call('DELETE', `${KEYS}/revoked`, { headers })
    expect(early.json.code).toBe('idempotency_in_progress')
    confirmed.resolve()
    api.nodes.gate = Promise.resolve()
    expect((await first).status).toBe(204)
    expect((await api.call('DELETE', `${KEYS}/revoked`, { headers })).status).toBe(204)
  })

  it('sent many times at once makes one change', async () => {
    const headers = idempotent()
    const send = () => api.call('POST', KEYS, { body: { name: 'racing' }, headers })
    const answers = await Promise.all(Array.from({ length: 10 }, send))
    const secrets = answers.map(({ json }) => json.secret).filter((secret) => secret)
    expect(secrets).toHaveLength(1)
    for (const { status } of answers) expect([200, 409]).toContain(status)
  })
})
