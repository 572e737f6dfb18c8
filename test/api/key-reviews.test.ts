import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliverUsage } from '../helpers/usage.ts'
import { FUNCTIONS, KEYS, startApi, type TestApi } from './api-harness.ts'

const REVIEWS = '/cloud/v1/faas/key_reviews/1/1'
const DAY_MS = 86_400_000
const hello = { namespace: 'demo', name: 'hello' }
const bye = { namespace: 'demo', name: 'bye' }

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  for (const name of ['hello', 'bye']) await api.createFunction(name)
  const expire = '2040-01-01T00:00:00Z'
  const body = { name: 'partner', expire, functions: [bye], namespaces: [{ name: 'demo' }] }
  const { id: keyId } = (await api.call('POST', KEYS, { body })).json
  await api.call('POST', KEYS, { body: { name: 'off', expire } })
  await api.call('PATCH', `${KEYS}/off`, { body: { disabled: true } })
  const { id: functionId } = (await api.call('GET', `${FUNCTIONS}/hello`)).json
  api.clock.advance(100 * DAY_MS)
  const one = { keyId, functionId, atMs: api.clock.now() }
  await deliverUsage(api.store, {
    lastUse: { ...one, address: '192.0.2.7' },
    rows: [{ ...one, counts: { allowed: 1, status_2xx: 1 } }],
  })
})
afterAll(() => api.close())

describe('the review of keys over the API', () => {
  it('tells of each key what was found, and why', async () => {
    const { json } = await api.call('GET', REVIEWS)
    expect(json).toMatchObject({
      ...{ count: 1, days: 90, since: '2026-09-01T00:00:00Z', ended: { disabled: 1, expired: 0 } },
    })
    expect(json.results[0].key).toEqual((await api.call('GET', `${KEYS}/partner`)).json)
    const none = { since: null, function: null, namespace: null, called_functions: [] }
    expect(json.results[0].findings).toEqual([
      {
        ...{ ...none, kind: 'unused_function', function: bye, functions_count: null },
        message: 'It may call demo/bye, and never did.',
      },
      {
        ...{ ...none, kind: 'broad_namespace', namespace: 'demo', functions_count: 2 },
        called_functions: [hello],
        message: 'It may call all 2 functions of demo, and called 1: demo/hello.',
      },
    ])
  })

  it('is narrowed to what is asked for, and paged', async () => {
    const kinds = `${REVIEWS}?kind=disabled&kind=broad_namespace&order_by=name`
    const { json } = await api.call('GET', kinds)
    const names = (page: typeof json) =>
      page.results.map(({ key }: { key: { name: string } }) => key.name)
    expect(names(json)).toEqual(['off', 'partner'])
    const second = (await api.call('GET', `${kinds}&limit=1&offset=1`)).json
    expect([second.count, names(second)]).toEqual([2, ['partner']])
  })

  it('asks no further back than usage is kept', async () => {
    expect((await api.call('GET', `${REVIEWS}?days=3650`)).json).toMatchObject({ days: 730 })
  })

  it('refuses what it does not understand', async () => {
    for (const query of ['days=0', 'kind=odd', 'order_by=age']) {
      expect((await api.call('GET', `${REVIEWS}?${query}`)).status).toBe(400)
    }
    const nowhere = await api.call('GET', REVIEWS.replace('/1/1', '/1/9'))
    expect(nowhere.status).toBe(404)
  })
})
