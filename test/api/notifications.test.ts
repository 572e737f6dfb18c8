import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

const NOTIFICATIONS = '/cloud/v1/notifications'
const READ = `${NOTIFICATIONS}/read`

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function list(query = '') {
  const { status, json } = await api.call('GET', `${NOTIFICATIONS}${query}`)
  expect(status).toBe(200)
  return json
}

describe('a change of a key', () => {
  it('is told of with the key as it was then, the newest first', async () => {
    const { json: key } = await api.call('POST', KEYS, { body: { name: 'partner' } })
    await api.call('PATCH', `${KEYS}/partner`, { body: { disabled: true } })
    await api.call('PATCH', `${KEYS}/partner`, { body: { disabled: false } })
    await api.call('POST', `${KEYS}/partner/rotate`, { body: {} })
    await api.call('PATCH', `${KEYS}/partner`, { body: { name: 'renamed' } })
    await api.call('DELETE', `${KEYS}/renamed`)
    await api.call('POST', `/cloud/v1/faas/deleted_keys/1/1/${key.id}/restore`, { body: {} })
    await api.call('DELETE', `${KEYS}/renamed?leaked=true`)
    const { count, unread, results } = await list()
    expect([count, unread]).toEqual([7, 7])
    const titles = results.map(({ type, title }: { type: string; title: string }) => [type, title])
    expect(titles.reverse()).toEqual([
      ['key.created', 'Key partner was created'],
      ['key.disabled', 'Key partner was disabled'],
      ['key.enabled', 'Key partner was enabled'],
      ['key.rotated', 'Key partner got a new secret'],
      ['key.deleted', 'Key renamed was deleted'],
      ['key.restored', 'Key renamed was brought back'],
      ['key.leaked', 'Key renamed leaked and was deleted'],
    ])
    for (const one of results) {
      expect(one).toMatchObject({ project_id: 1, region_id: 1, key_id: key.id, read: false })
      expect(one.created_at).toBe('2026-08-22T11:21:00Z')
    }
    expect(JSON.stringify(results)).not.toMatch(/lk_[0-9A-Za-z]{49}/)
  })

  it('that is refused is not', async () => {
    const before = (await list()).count
    await api.call('POST', KEYS, { body: { name: 'taken' } })
    for (const [method, url, body] of [
      ['POST', KEYS, { name: 'taken' }],
      ['POST', KEYS, { name: 'past', expire: '2020-01-01T00:00:00Z' }],
      ['POST', KEYS, { name: 'nothing', functions: [{ namespace: 'no', name: 'no' }] }],
      ['PATCH', `${KEYS}/taken`, { disabled: true, expire: '2020-01-01T00:00:00Z' }],
      ['DELETE', `${KEYS}/nobody`, undefined],
    ] as const) {
      const { status } = await api.call(method, url, body === undefined ? {} : { body })
      expect(status).toBeGreaterThanOrEqual(400)
    }
    expect((await list()).count).toBe(before + 1)
  })

  it('is told of once when its request is repeated', async () => {
    const request = { body: { name: 'repeated' }, headers: { 'idempotency-key': 'one' } }
    for (let i = 0; i < 3; i++) await api.call('POST', KEYS, request)
    const { results } = await list('?type=key.created')
    const names = results.map(({ key_name }: { key_name: string }) => key_name)
    expect(names.filter((name: string) => name === 'repeated')).toHaveLength(1)
  })
})

describe('notifications', () => {
  it('are found by type and project, and paged', async () => {
    const created = await list('?type=key.created&limit=2')
    expect(created).toMatchObject({ count: 3, unread: 3 })
    expect(created.results).toHaveLength(2)
    expect(await list('?type=key.created&limit=2&offset=2')).toMatchObject({
      count: 3,
      results: [{ key_name: 'partner' }],
    })
    expect((await list('?type=key.created&type=key.deleted')).count).toBe(4)
    expect(await list('?project_id=2')).toEqual({ count: 0, unread: 0, results: [] })
    expect((await api.call('GET', `${NOTIFICATIONS}?type=key.lost`)).status).toBe(400)
  })

  it('are read one by one, for who reads them alone', async () => {
    const { results, unread } = await list()
    const ids = [results[0].id, results[2].id]
    for (let i = 0; i < 2; i++) {
      const { json } = await api.call('POST', READ, { body: { ids: [...ids, 999_999] } })
      expect(json).toEqual({ unread: unread - 2 })
    }
    const after = await list()
    const readIds = after.results.filter(({ read }: { read: boolean }) => read)
    expect(readIds.map(({ id }: { id: number }) => id)).toEqual(ids)
    const left = await list('?unread=true')
    expect([left.count, left.unread, left.results.length]).toEqual(Array(3).fill(unread - 2))
    const made = await api.call('POST', '/cloud/v1/tokens', { body: { name: 'second' } })
    const other = await api.call('GET', NOTIFICATIONS, {
      authorization: `apikey ${made.json.token}`,
    })
    expect(other.json.unread).toBe(unread)
  })

  it('are read all at once, up to what was seen', async () => {
    const { results } = await list()
    const seen = results[1].id
    const { json } = await api.call('POST', READ, { body: { all: true, until: seen } })
    // The newest had been read on its own, and stays so.
    expect(json.unread).toBe(0)
    await api.call('POST', KEYS, { body: { name: 'later' } })
    expect((await list('?unread=true')).results).toMatchObject([{ key_name: 'later' }])
    await api.call('POST', READ, { body: { all: true, until: 1 } })
    expect((await list()).unread).toBe(1)
    // A number that is not there yet marks nothing that comes.
    await api.call('POST', READ, { body: { all: true, until: 999_999, project_id: 1 } })
    expect((await list()).unread).toBe(0)
    await api.call('POST', KEYS, { body: { name: 'latest' } })
    expect((await list()).unread).toBe(1)
    expect((await api.call('POST', READ, { body: { all: true } })).json).toEqual({ unread: 0 })
  })

  it('are marked by numbers or all at once, not both', async () => {
    for (const body of [{}, { all: false }, { ids: [1], all: true }, { ids: [1], until: 2 }]) {
      const { status, json } = await api.call('POST', READ, { body })
      expect([status, json.code]).toEqual([400, 'invalid_body'])
    }
  })

  it('of expiries are there when their time has come', async () => {
    const expire = '2026-08-22T11:21:05Z'
    await api.call('POST', KEYS, { body: { name: 'short', expire } })
    api.clock.advance(5_000)
    await expect
      .poll(async () => (await list('?type=key.expired')).results, { timeout: 60_000 })
      .toMatchObject([
        { key_name: 'short', title: 'Key short has expired', data: { expired_at: expire } },
      ])
  })
})

describe('an operator', () => {
  it('sees and marks only what is of projects that it may view', async () => {
    const project = await api.call('POST', '/cloud/v1/projects', { body: { name: 'second' } })
    const second = project.json.id
    await api.call('POST', `/cloud/v1/faas/keys/${second}/1`, { body: { name: 'theirs' } })
    const made = await api.call('POST', '/cloud/v1/tokens', {
      body: { name: 'viewer', roles: [{ project_id: second, role: 'viewer' }] },
    })
    const authorization = `apikey ${made.json.token}`
    const theirs = await api.call('GET', NOTIFICATIONS, { authorization })
    expect(theirs.json).toMatchObject({ count: 1, unread: 1, results: [{ key_name: 'theirs' }] })
    const first = await api.call('GET', `${NOTIFICATIONS}?project_id=1`, { authorization })
    expect(first.json.count).toBe(0)
    const { json } = await api.call('POST', READ, { body: { all: true }, authorization })
    expect(json).toEqual({ unread: 0 })
    expect((await list(`?project_id=${second}`)).unread).toBe(1)
  })
})
