import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/open.ts'
import { deliverUsage } from '../helpers/usage.ts'
import { helloFunction, NAMESPACES, START_MS, startApi, type TestApi } from './api-harness.ts'
import { tokenWith } from './operators.ts'

const OVERVIEW = '/cloud/v1/faas/functions/1/1'
const MINUTE_MS = 60_000

let api: TestApi
const ids = new Map<string, string>()

beforeAll(async () => {
  api = await startApi()
  for (const name of ['shop', 'blog']) await api.call('POST', NAMESPACES, { body: { name } })
  const create = async (namespace: string, name: string, changes = {}) => {
    const url = `${NAMESPACES}/${namespace}/functions`
    await api.taskEnd(await api.call('POST', url, { body: { ...helloFunction(name), ...changes } }))
    ids.set(name, (await api.call('GET', `${url}/${name}`)).json.id)
    api.clock.advance(1_000)
  }
  await create('shop', 'cart', { description: 'What is in it', enable_api_key: true })
  await create('blog', 'posts')
  await create('shop', 'pay', { disabled: true })
  await create('blog', 'broken', { code_text: 'this is no JavaScript (' })
  const functionId = ids.get('cart')!
  await deliverUsage(api.store, {
    rows: [
      {
        ...{ functionId, keyId: 'a', atMs: START_MS },
        counts: { allowed: 8, status_2xx: 7, status_5xx: 1, latency_3: 8 },
      },
      {
        ...{ functionId, keyId: '', atMs: START_MS },
        counts: { missing: 2, status_4xx: 2, latency_0: 2 },
      },
      {
        ...{ functionId, keyId: 'a', atMs: START_MS - 20 * MINUTE_MS },
        counts: { allowed: 5, status_5xx: 5, latency_5: 5 },
      },
      {
        ...{ functionId, keyId: 'a', atMs: START_MS - 90 * MINUTE_MS },
        counts: { allowed: 100, status_2xx: 100 },
      },
    ],
  })
  await deliverUsage(api.store, {
    rows: ['a', 'b'].map((keyId) => ({
      ...{ functionId: ids.get('pay')!, keyId, atMs: START_MS },
      counts: { disabled: 10, status_5xx: 0, status_4xx: 10, latency_0: 10 },
    })),
  })
  api.nodes.counts = new Map([[functionId, { total: 3, ready: 2 }]])
})
afterAll(() => api.close())

async function names(query = ''): Promise<string[]> {
  const { json } = await api.call('GET', OVERVIEW + query)
  return json.results.map((fn: { namespace: string; name: string }) => `${fn.namespace}/${fn.name}`)
}

describe('the functions of all namespaces', () => {
  it('are told with their state and what they did in the last hour', async () => {
    const { json } = await api.call('GET', `${OVERVIEW}?search=cart`)
    expect(json.count).toBe(1)
    const [cart] = json.results
    expect(cart).toMatchObject({
      ...{ id: ids.get('cart'), name: 'cart', namespace: 'shop', description: 'What is in it' },
      ...{ runtime: helloFunction('x').runtime, enable_api_key: true, disabled: false },
      ...{ deployed: true, status: 'running', build_status: 'succeeded' },
      instances: { total: 3, ready: 2 },
      created_at: '2026-08-22T11:21:00Z',
    })
    expect(cart.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:8081\/cart-shop-/)
    expect(cart).not.toHaveProperty('code_text')
    expect(cart.usage).toMatchObject({ requests: 15, errors: 6, from: '2026-08-22T10:25:00Z' })
    expect(cart.usage.p95).toBeGreaterThan(8)
    expect(cart.usage.series).toHaveLength(12)
    expect(cart.usage.series[7]).toMatchObject({ requests: 5, errors: 5 })
    expect(cart.usage.series[11]).toMatchObject({ requests: 10, errors: 1 })
    expect(cart.usage.series[0]).toEqual({ requests: 0, errors: 0, p95: null })
  })

  it('without requests have a series of nothing', async () => {
    const { json } = await api.call('GET', `${OVERVIEW}?search=posts`)
    expect(json.results[0]).toMatchObject({
      status: 'idle',
      instances: { total: 0, ready: 0 },
      usage: { requests: 0, errors: 0, p95: null },
    })
  })

  it('are in the order that is asked for, page by page', async () => {
    expect(await names()).toEqual(['blog/broken', 'shop/cart', 'shop/pay', 'blog/posts'])
    expect(await names('?order_by=namespace.asc')).toEqual([
      ...['blog/broken', 'blog/posts', 'shop/cart', 'shop/pay'],
    ])
    expect(await names('?order_by=created_at.desc&limit=2')).toEqual(['blog/broken', 'shop/pay'])
    expect(await names('?order_by=created_at.desc&limit=2&offset=2')).toEqual([
      ...['blog/posts', 'shop/cart'],
    ])
    const page = await api.call('GET', `${OVERVIEW}?limit=1`)
    expect(page.json.count).toBe(4)
  })

  it.each([
    ['requests.desc', ['shop/pay', 'shop/cart', 'blog/broken', 'blog/posts']],
    ['requests.asc', ['blog/broken', 'blog/posts', 'shop/cart', 'shop/pay']],
    // One that was called without an error stands above those that were not called.
    ['errors.desc', ['shop/cart', 'shop/pay', 'blog/broken', 'blog/posts']],
    ['errors.asc', ['blog/broken', 'blog/posts', 'shop/pay', 'shop/cart']],
    ['p95.desc', ['shop/cart', 'shop/pay', 'blog/broken', 'blog/posts']],
    ['p95.asc', ['blog/broken', 'blog/posts', 'shop/pay', 'shop/cart']],
  ])('are in the order of what they did in the last hour: %s', async (order, expected) => {
    expect(await names(`?order_by=${order}`)).toEqual(expected)
    const pages = [0, 1, 2, 3].map((at) => names(`?order_by=${order}&limit=1&offset=${at}`))
    expect((await Promise.all(pages)).flat()).toEqual(expected)
    expect(await names(`?order_by=${order}&namespace=shop`)).toEqual(
      expected.filter((name) => name.startsWith('shop/')),
    )
    const { json } = await api.call('GET', `${OVERVIEW}?order_by=${order}&limit=1&search=a`)
    expect(json.count).toBe(2)
  })

  it.each([
    ['running', ['shop/cart']],
    ['idle', ['blog/posts']],
    ['disabled', ['shop/pay']],
    ['failed', ['blog/broken']],
    ['building', []],
  ])('that are %s are found, as each says itself', async (status, expected) => {
    expect(await names(`?status=${status}`)).toEqual(expected)
    const { json } = await api.call('GET', `${OVERVIEW}?status=${status}`)
    expect(json.count).toBe(expected.length)
    for (const fn of json.results) expect(fn.status).toBe(status)
  })

  it('are found by a part of the name and by namespace, together too', async () => {
    expect(await names('?search=o')).toEqual(['blog/broken', 'blog/posts'])
    expect(await names('?namespace=shop')).toEqual(['shop/cart', 'shop/pay'])
    expect(await names('?namespace=shop&search=pa')).toEqual(['shop/pay'])
    expect(await names('?search=%25')).toEqual([])
  })

  it('of a namespace, a project or in an order that there is not are refused', async () => {
    expect((await api.call('GET', `${OVERVIEW}?namespace=none`)).status).toBe(404)
    expect((await api.call('GET', '/cloud/v1/faas/functions/9/1')).status).toBe(404)
    expect((await api.call('GET', `${OVERVIEW}?order_by=requests`)).status).toBe(400)
    expect((await api.call('GET', `${OVERVIEW}?status=gone`)).status).toBe(400)
  })

  it('are not listed for invokers', async () => {
    const token = await tokenWith(api, 'caller', [{ projectId: 1, role: 'invoker' }])
    const { status } = await api.call('GET', OVERVIEW, { authorization: `apikey ${token}` })
    expect(status).toBe(403)
  })
})

describe('ten thousand functions', () => {
  let many: TestApi
  beforeAll(async () => {
    many = await startApi()
    await many.createDemo()
    await many.taskEnd(await many.createFunction('hello'))
    await multiply(many.store, 10_000)
  }, 120_000)
  afterAll(() => many.close())

  it.each([
    ['', 'f-0'],
    ['?order_by=updated_at.desc&offset=5000', 'f-4999'],
    ['?search=999', 'f-1999'],
    ['?status=idle', 'f-0'],
    ['?order_by=requests.desc', 'f-0'],
    ['?order_by=errors.asc&offset=9996', 'f-0'],
    ['?order_by=p95.desc&search=f-4999', 'f-4999'],
  ])('are paged in each order: %s', async (query, first) => {
    const { json } = await many.call('GET', OVERVIEW + query)
    expect(json.results[0].name).toBe(first)
    expect(json.results[0].usage.requests).toBe(114)
  })
})

/** Functions that have two callers and were called in each minute of the last hour. */
async function multiply(store: Store, count: number): Promise<void> {
  const { db } = store
  const [template] = await db.selectFrom('functions').selectAll().execute()
  await db.transaction().execute(async (trx) => {
    for (let i = 0; i < count; i++) {
      const times = { created_at_ms: START_MS + i, updated_at_ms: START_MS + i }
      const named = { id: `id-${i}`, name: `f-${i}`, label: `label-${i}` }
      const codeText = `exports.handler = () => '${'x'.repeat(20_000)}'`
      await trx
        .insertInto('functions')
        .values({ ...template!, ...named, ...times, code_text: codeText, revision: i })
        .execute()
    }
    await trx.deleteFrom('functions').where('name', '=', 'hello').execute()
  })
  const counts = { allowed: 1, status_2xx: 1, latency_3: 1 }
  const minutes = Array.from({ length: 60 }, (_, minute) => START_MS - minute * MINUTE_MS)
  // Of the others the pages shown do not depend.
  for (const i of [0, 1, 1999, 4999]) {
    const rows = minutes.flatMap((atMs) =>
      ['a', ''].map((keyId) => ({ functionId: `id-${i}`, keyId, atMs, counts })),
    )
    await deliverUsage(store, { rows })
  }
}
