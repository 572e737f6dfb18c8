import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeFirstUses } from '../../src/control/usage-intake.ts'
import { isWellFormedKeySecret, keySecretDigest } from '../../src/domain/key-secret.ts'
import { addUsage } from '../../src/store/usage.ts'
import { KEYS, START_MS, startApi, type TestApi } from './api-harness.ts'

const DAY_SECONDS = 86_400

let api: TestApi
let keys = 0
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function createKey(changes: object = {}) {
  keys += 1
  const { json } = await api.call('POST', KEYS, { body: { name: `key-${keys}`, ...changes } })
  return { url: `${KEYS}/key-${keys}`, id: json.id, hint: json.hint, secret: json.secret }
}

const rotate = (url: string, body: object = {}) => api.call('POST', `${url}/rotate`, { body })
const now = (afterSeconds = 0) =>
  `${new Date(api.clock.now() + afterSeconds * 1000).toISOString().slice(0, 19)}Z`

async function use(id: string, secret: string): Promise<void> {
  const uses = [{ keyId: id, digest: keySecretDigest(secret), atMs: api.clock.now() }]
  await takeFirstUses(api, uses)
}

describe('rotating a key', () => {
  it('answers with the key, a second secret, how the rotation stands, and where it is in force', async () => {
    const key = await createKey()
    const answer = await rotate(key.url)
    expect(answer.status).toBe(200)
    expect(answer.headers['latchkey-propagation']).toMatch(/^revision=\d+; applied$/)
    const { secret, ...rest } = answer.json
    expect(isWellFormedKeySecret(secret)).toBe(true)
    expect(secret).not.toBe(key.secret)
    expect(rest).toMatchObject({ id: key.id, hint: `lk_…${secret.slice(-4)}`, status: 'Active' })
    expect(rest.rotation).toEqual({
      started_at: now(),
      old_hint: key.hint,
      grace_seconds: DAY_SECONDS,
      new_used_at: null,
      hard_end: now(30 * DAY_SECONDS),
      old_ends_at: now(30 * DAY_SECONDS),
    })
    const read = await api.call('GET', key.url)
    expect(read.json).toEqual(rest)
    expect(api.logLines.join('')).not.toContain(secret)
  })

  it('takes a body, an empty one, and none', async () => {
    const { url } = await createKey()
    const body = { grace_seconds: 0, hard_end: now(60).replace('Z', '+00:00') }
    expect((await rotate(url, body)).json.rotation).toMatchObject({
      grace_seconds: 0,
      hard_end: now(60),
    })
    const none = await createKey()
    const answer = await api.call('POST', `${none.url}/rotate`)
    expect(answer.json.rotation.grace_seconds).toBe(DAY_SECONDS)
    expect((await rotate((await createKey()).url, { hard_end: null })).status).toBe(200)
  })

  it.each([
    ['a grace below zero', { grace_seconds: -1 }, 'grace_seconds'],
    ['a grace beyond 30 days', { grace_seconds: 30 * DAY_SECONDS + 1 }, 'grace_seconds'],
    ['half a second of grace', { grace_seconds: 0.5 }, 'grace_seconds'],
    ['a hard end that is no time', { hard_end: 'soon' }, 'hard_end'],
    ['a hard end in the past', { grace_seconds: 0, hard_end: '2026-08-22T11:20:59Z' }, 'hard_end'],
    ['a hard end within the grace', { hard_end: '2026-08-22T12:00:00Z' }, 'hard_end'],
    ['a hard end beyond 90 days', { hard_end: '2027-01-01T00:00:00Z' }, 'hard_end'],
    ['a member that nobody knows', { grace: 5 }, 'grace'],
  ])('refuses %s, naming the field', async (_what, body, field) => {
    const { url } = await createKey()
    const { json } = await rotate(url, body)
    expect(json).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(json.errors[0].field).toBe(field)
  })

  it('shows the secret of a repeated request no more, and makes no further one', async () => {
    const { url } = await createKey()
    const headers = { 'idempotency-key': 'rotate-once' }
    const first = await api.call('POST', `${url}/rotate`, { body: {}, headers })
    const again = await api.call('POST', `${url}/rotate`, { body: {}, headers })
    expect(again.status).toBe(200)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json).toEqual({
      ...first.json,
      secret: '',
      secret_notice: expect.stringContaining('shown once'),
    })
  })

  it('answers 409 while one is under way, 404 for a key that is not there, 409 for an expired one', async () => {
    const { url } = await createKey()
    await rotate(url)
    expect((await rotate(url)).json).toMatchObject({ status: 409, code: 'rotation_under_way' })
    expect((await rotate(url, { replace: true })).status).toBe(200)
    expect((await rotate(`${KEYS}/nowhere`)).status).toBe(404)
    const late = await createKey({ expire: now(10) })
    api.clock.advance(10_000)
    expect((await rotate(late.url)).json).toMatchObject({ status: 409, code: 'conflict' })
  })

  it('names a node that does not know it yet', async () => {
    const { url } = await createKey()
    api.nodes.laggards = ['node-b']
    const answer = await rotate(url)
    api.nodes.laggards = []
    expect(answer.headers['latchkey-propagation']).toMatch(/; lagging=node-b$/)
  })
})

describe('a rotation', () => {
  it('shows the first use, and is over at the very end of the grace', async () => {
    const key = await createKey()
    const { secret } = (await rotate(key.url, { grace_seconds: 60 })).json
    api.clock.advance(5000)
    const usedAt = now()
    await use(key.id, secret)
    const { rotation } = (await api.call('GET', key.url)).json
    expect(rotation).toMatchObject({ new_used_at: usedAt, old_ends_at: now(60) })
    api.clock.advance(59_999)
    expect((await api.call('GET', key.url)).json.rotation).not.toBeNull()
    api.clock.advance(1)
    expect((await api.call('GET', key.url)).json.rotation).toBeNull()
    // Though nothing has been cleared away yet.
    expect((await rotate(key.url)).status).toBe(200)
  })

  it('tells the end of the key as the end of its old secret when that is sooner', async () => {
    const { url } = await createKey({ expire: now(DAY_SECONDS) })
    const { rotation } = (await rotate(url)).json
    expect(rotation).toMatchObject({
      hard_end: now(30 * DAY_SECONDS),
      old_ends_at: now(DAY_SECONDS),
    })
  })

  it('is canceled while nobody uses the new secret, and then only by force', async () => {
    const key = await createKey()
    const cancel = (body?: object) =>
      api.call('POST', `${key.url}/rotation/cancel`, body === undefined ? {} : { body })
    expect((await cancel()).json).toMatchObject({ status: 409, code: 'no_rotation' })
    await rotate(key.url)
    const canceled = await cancel()
    expect(canceled.json).toMatchObject({ hint: key.hint, rotation: null })
    expect(canceled.headers['latchkey-propagation']).toMatch(/applied$/)
    expect(canceled.text).not.toContain('"secret"')
    const { secret } = (await rotate(key.url)).json
    await use(key.id, secret)
    expect((await cancel({})).json).toMatchObject({ status: 409, code: 'new_secret_used' })
    expect((await cancel({ force: true })).json.hint).toBe(key.hint)
  })

  it('is finished', async () => {
    const { url } = await createKey()
    const finish = () => api.call('POST', `${url}/rotation/finish`)
    expect((await finish()).json).toMatchObject({ status: 409, code: 'no_rotation' })
    const { hint } = (await rotate(url)).json
    const finished = await finish()
    expect(finished.json).toMatchObject({ hint, rotation: null })
    expect(finished.headers['latchkey-propagation']).toMatch(/applied$/)
  })
})

describe('addresses of a key', () => {
  it('are listed, the newest first', async () => {
    const key = await createKey()
    const url = `${key.url}/addresses`
    expect((await api.call('GET', url)).json).toEqual({ count: 0, results: [] })
    const seen = (address: string, atMs: number) => ({ keyId: key.id, address, atMs })
    const addresses = [seen('192.0.2.1', START_MS), seen('2001:db8::/64', START_MS + 2000)]
    const delivery = { node: 'n', boot: key.id, sequence: 1, rows: [], lastUses: [], addresses }
    await addUsage(api.store, delivery)
    const all = [
      { address: '2001:db8::/64', first_seen: '2026-08-22T11:21:02Z' },
      { address: '192.0.2.1', first_seen: '2026-08-22T11:21:00Z' },
    ]
    expect((await api.call('GET', url)).json).toEqual({ count: 2, results: all })
    const page = await api.call('GET', `${url}?limit=1&offset=1`)
    expect(page.json).toEqual({ count: 2, results: all.slice(1) })
    expect((await api.call('GET', `${KEYS}/nowhere/addresses`)).status).toBe(404)
  })
})
