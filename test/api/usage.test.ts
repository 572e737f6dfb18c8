import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OTHER_KEYS_ID } from '../../src/domain/usage.ts'
import { addInstances } from '../../src/store/instances.ts'
import { deliverUsage } from '../helpers/usage.ts'
import { FUNCTIONS, KEYS, START_MS, startApi, type TestApi } from './api-harness.ts'

const HOUR_MS = 3_600_000
const hello = { name: 'hello', namespace: 'demo' }

let api: TestApi
let keyId: string
let functionId: string

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  for (const name of ['hello', 'bye']) await api.createFunction(name)
  const body = { name: 'partner', functions: [hello] }
  keyId = (await api.call('POST', KEYS, { body })).json.id
  functionId = (await api.call('GET', `${FUNCTIONS}/hello`)).json.id
})
afterAll(() => api.close())

describe('the last use of a key', () => {
  it('is null before the first, in every answer', async () => {
    const unused = { last_used_at: null, last_used_function: null, last_used_address: '' }
    expect((await api.call('GET', `${KEYS}/partner`)).json).toMatchObject(unused)
    expect((await api.call('GET', KEYS)).json.results).toMatchObject([unused])
    const patched = await api.call('PATCH', `${KEYS}/partner`, { body: { description: 'x' } })
    expect(patched.json).toMatchObject(unused)
  })

  it('has its time, function and address, in the list too, and is no change of the key', async () => {
    const before = (await api.call('GET', `${KEYS}/partner`)).json
    const lastUse = { keyId, functionId, atMs: START_MS - 1_500, address: '192.0.2.7' }
    await deliverUsage(api.store, { lastUse })
    const used = {
      ...before,
      last_used_at: '2026-08-22T11:20:58Z',
      last_used_function: hello,
      last_used_address: '192.0.2.7',
    }
    expect((await api.call('GET', `${KEYS}/partner`)).json).toEqual(used)
    expect((await api.call('GET', KEYS)).json.results).toEqual([used])
  })

  it('stays when its function is deleted, which is not named any more', async () => {
    const { id } = (await api.call('GET', `${FUNCTIONS}/bye`)).json
    const lastUse = { keyId, functionId: id, atMs: START_MS - 500, address: '192.0.2.8' }
    await deliverUsage(api.store, { lastUse })
    await api.taskEnd(await api.call('DELETE', `${FUNCTIONS}/bye`))
    expect((await api.call('GET', `${KEYS}/partner`)).json).toMatchObject({
      last_used_at: '2026-08-22T11:20:59Z',
      last_used_function: null,
      last_used_address: '192.0.2.8',
    })
  })
})

describe('the instances of a function', () => {
  const url = `${FUNCTIONS}/hello/instances`

  it('are none where none were counted', async () => {
    const { json } = await api.call('GET', `${url}?step=minute`)
    expect(json).toEqual({
      step: 'minute',
      from: '2026-08-22T10:22:00Z',
      to: '2026-08-22T11:22:00Z',
      results: [],
    })
  })

  it('are told by time: the highest count, and the mean of what has passed of the step', async () => {
    const counted = (atMs: number, count: number) =>
      addInstances(api.store, new Map([[functionId, count]]), atMs)
    await counted(START_MS - 2 * HOUR_MS, 6)
    await counted(START_MS - 60_000, 2)
    await counted(START_MS, 3)
    const results = async (query: string) => (await api.call('GET', url + query)).json.results
    expect(await results('?step=minute')).toEqual([
      { time: '2026-08-22T11:20:00Z', highest: 2, mean: 2 },
      { time: '2026-08-22T11:21:00Z', highest: 3, mean: 3 },
    ])
    // An hour of 60 minutes, and one of which 22 have begun.
    expect(await results('')).toEqual([
      { time: '2026-08-22T09:00:00Z', highest: 6, mean: 0.1 },
      { time: '2026-08-22T11:00:00Z', highest: 3, mean: 0.227 },
    ])
    expect(await results('?step=day&from=2026-08-22T00:00:00Z')).toMatchObject([{ highest: 6 }])
  })

  it('of no such function, or of an empty range, are refused', async () => {
    expect((await api.call('GET', `${FUNCTIONS}/none/instances`)).status).toBe(404)
    const range = '?from=2026-08-22T08:00:00Z&to=2026-08-22T07:00:00Z'
    expect((await api.call('GET', url + range)).status).toBe(400)
    expect((await api.call('GET', `${url}?step=week`)).status).toBe(400)
  })
})

describe('usage', () => {
  beforeAll(async () => {
    const at = (atMs: number) => ({ functionId, keyId, atMs })
    await deliverUsage(api.store, {
      rows: [
        {
          ...at(START_MS - 60_000),
          counts: {
            ...{ allowed: 9, expired: 1, status_2xx: 8, status_4xx: 1, status_5xx: 1 },
            ...{
              cold_starts: 2,
              bytes_received: 100,
              bytes_sent: 2_000,
              latency_us: 25_000,
              latency_3: 10,
            },
          },
        },
        { ...at(START_MS - 3 * HOUR_MS), counts: { allowed: 5, status_2xx: 5, latency_0: 5 } },
        { ...at(START_MS), keyId: '', counts: { missing: 4, status_4xx: 4 } },
        { ...at(START_MS), keyId: OTHER_KEYS_ID, counts: { allowed: 3, status_2xx: 3 } },
        { ...at(START_MS), keyId: 'a key that is gone', counts: { allowed: 2, status_2xx: 2 } },
        { ...at(START_MS), functionId: 'gone', counts: { allowed: 1, status_none: 1 } },
      ],
    })
  })

  it('of a key tells of the last day by the hour unless asked otherwise', async () => {
    const { json } = await api.call('GET', `${KEYS}/partner/usage`)
    expect(json).toMatchObject({
      step: 'hour',
      from: '2026-08-21T12:00:00Z',
      to: '2026-08-22T12:00:00Z',
    })
    expect(json.results).toHaveLength(2)
    expect(json.results[0]).toMatchObject({ time: '2026-08-22T08:00:00Z', requests: 5 })
    expect(json.results[1]).toEqual({
      time: '2026-08-22T11:00:00Z',
      requests: 11,
      verdicts: {
        allowed: 10,
        ...{ missing: 0, repeated: 0, malformed: 0, unknown: 0 },
        ...{ expired: 1, disabled: 0, not_yet: 0, not_granted: 0, not_permitted: 0, unjudged: 0 },
      },
      statuses: { success: 8, redirect: 0, client_error: 1, server_error: 1, none: 1 },
      cold_starts: 2,
      bytes_received: 100,
      bytes_sent: 2_000,
      latency_ms: { mean: 2.273, p50: 3, p95: 3.9, p99: 3.98 },
      function: null,
      function_id: '',
    })
  })

  it('of a key is told for each of its functions, also for one that is gone', async () => {
    const url = `${KEYS}/partner/usage?step=minute&by=function`
    const { json } = await api.call('GET', url)
    const parts = json.results.map((row: Record<string, unknown>) => [
      row.time,
      row.function,
      row.function_id,
      row.requests,
    ])
    expect(parts).toEqual([
      ['2026-08-22T11:20:00Z', hello, functionId, 10],
      ['2026-08-22T11:21:00Z', null, 'gone', 1],
    ])
  })

  it('of a function is told for each of its keys, and for none, others and deleted ones', async () => {
    const { json } = await api.call('GET', `${FUNCTIONS}/hello/usage?step=day&by=key`)
    const parts = json.results.map((row: Record<string, unknown>) => [
      row.key,
      row.key_id,
      row.requests,
    ])
    const inOrder = parts.toSorted((a: number[], b: number[]) => b[2]! - a[2]!)
    expect(inOrder).toEqual([
      ['partner', keyId, 15],
      [null, '', 4],
      [null, '*', 3],
      [null, 'a key that is gone', 2],
    ])
    const total = await api.call('GET', `${FUNCTIONS}/hello/usage?step=day`)
    expect(total.json.results).toMatchObject([{ requests: 24, key: null, key_id: '' }])
  })

  it('has whole steps, the end left out', async () => {
    const range = 'from=2026-08-22T08:30:00Z&to=2026-08-22T11:00:00Z'
    const { json } = await api.call('GET', `${KEYS}/partner/usage?${range}`)
    expect(json).toMatchObject({ from: '2026-08-22T08:00:00Z', to: '2026-08-22T11:00:00Z' })
    expect(json.results).toMatchObject([{ time: '2026-08-22T08:00:00Z' }])
  })

  it('refuses a range that is empty, and one with too many rows, in a sentence', async () => {
    const empty = 'from=2026-08-22T11:00:00Z&to=2026-08-22T11:00:00Z'
    const nothing = await api.call('GET', `${KEYS}/partner/usage?${empty}`)
    expect(nothing.json).toMatchObject({ status: 400, code: 'invalid_parameter' })
    const rows = Array.from({ length: 10_001 }, (_, i) => ({
      functionId,
      keyId: `k${i}`,
      atMs: START_MS,
      counts: { allowed: 1 },
    }))
    await deliverUsage(api.store, { rows })
    const much = await api.call('GET', `${FUNCTIONS}/hello/usage?by=key`)
    expect(much.json).toMatchObject({ status: 400, code: 'invalid_parameter' })
    expect(much.json.message).toMatch(/10000 rows/)
    expect((await api.call('GET', `${FUNCTIONS}/hello/usage`)).status).toBe(200)
  })

  it('of what does not exist is 404', async () => {
    expect((await api.call('GET', `${KEYS}/nobody/usage`)).status).toBe(404)
    expect((await api.call('GET', `${FUNCTIONS}/nothing/usage`)).status).toBe(404)
  })

  it('of a key that was deleted and made again begins anew', async () => {
    await api.call('DELETE', `${KEYS}/partner`)
    await api.call('POST', KEYS, { body: { name: 'partner' } })
    const { json } = await api.call('GET', `${KEYS}/partner/usage?step=day`)
    expect(json.results).toEqual([])
    expect((await api.call('GET', `${KEYS}/partner`)).json.last_used_at).toBeNull()
  })
})
