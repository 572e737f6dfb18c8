import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  batchLastUses,
  batchRows,
  OTHER_KEYS_ID,
  requestsOf,
  USAGE_FIELDS,
  type UsageBatch,
  type UsageField,
  type UsageRow,
} from '../../src/domain/usage.ts'
import type { EndedCall } from '../../src/gateway/ended-call.ts'
import type { KeyIdentity } from '../../src/gateway/key-table.ts'
import { UsageCounter } from '../../src/gateway/usage.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { routeOf } from './harness.ts'

/** Of a minute's middle, so that what a test counts is of one minute unless it moves on. */
const START_MS = Date.parse('2026-08-22T11:21:31Z')

beforeEach(() => {
  const toFake = ['setTimeout', 'clearTimeout', 'Date', 'performance'] as const
  vi.useFakeTimers({ now: START_MS - 10_000, toFake: [...toFake] })
  // The thread has run for a while: times of calls count from its start.
  vi.advanceTimersByTime(10_000)
})
afterEach(() => {
  vi.useRealTimers()
})

const routes = { a: routeOf({ functionId: 'fn-a' }), b: routeOf({ functionId: 'fn-b' }) }

function counterWith(options: { pairsMax?: number } = {}) {
  const sent: UsageBatch[][] = []
  const send = (batches: UsageBatch[]) => void sent.push(batches)
  return { counter: new UsageCounter({ clock: systemClock, send, ...options }), sent }
}

function keyIdentity(id: string): KeyIdentity {
  return { id, name: `name of ${id}`, expireMs: null, isAwaited: false }
}

function endedCall(changes: Partial<EndedCall> = {}): EndedCall {
  return {
    route: routes.a,
    verdict: 'allowed',
    key: keyIdentity('key-1'),
    status: 200,
    bytesReceived: 2,
    bytesSent: 5,
    startedAtMs: performance.now() - 3,
    durationMs: 3,
    remoteAddress: '192.0.2.1',
    ...changes,
  } as EndedCall
}

function rowsOf(batches: readonly UsageBatch[]): UsageRow[] {
  return batches.flatMap((batch) => [...batchRows(batch)])
}

function count(row: UsageRow, field: UsageField): number {
  return row.counts[USAGE_FIELDS.indexOf(field)]!
}

describe('counting in a gateway thread', () => {
  it('adds up per key and function, and sends once in an interval', () => {
    const { counter, sent } = counterWith()
    for (let i = 0; i < 10; i++) counter.ended(endedCall())
    counter.ended(endedCall({ status: 503, durationMs: 40 }))
    counter.ended(endedCall({ route: routes.b }))
    expect(sent).toEqual([])
    vi.advanceTimersByTime(5_000)
    expect(sent).toHaveLength(1)
    const [a, b] = rowsOf(sent[0]!)
    expect(a).toMatchObject({ functionId: 'fn-a', keyId: 'key-1', atMs: START_MS - 31_000 })
    expect(requestsOf(a!.counts)).toBe(11)
    expect(count(a!, 'status_2xx')).toBe(10)
    expect(count(a!, 'status_5xx')).toBe(1)
    expect(count(a!, 'bytes_received')).toBe(22)
    expect(count(a!, 'bytes_sent')).toBe(55)
    expect(count(a!, 'latency_us')).toBe(70_000)
    expect(count(a!, 'latency_3')).toBe(10)
    expect(b).toMatchObject({ functionId: 'fn-b', keyId: 'key-1' })
  })

  it('sends each address that a key opened a function from, once', () => {
    const { counter, sent } = counterWith()
    const from = (remoteAddress: string, changes: Partial<EndedCall> = {}) =>
      counter.ended(endedCall({ remoteAddress, ...changes }))
    for (let i = 0; i < 3; i++) {
      from('192.0.2.1')
      from('::ffff:192.0.2.2')
      from('192.0.2.1', { route: routes.b })
    }
    from('192.0.2.3', { verdict: 'not-granted' })
    from('192.0.2.4', { key: undefined, verdict: 'allowed' })
    vi.advanceTimersByTime(5_000)
    const addresses = () => sent.at(-1)!.flatMap((batch) => batch.addresses ?? [])
    expect(addresses()).toEqual([
      { keyId: 'key-1', address: '192.0.2.1', atMs: START_MS },
      { keyId: 'key-1', address: '192.0.2.2', atMs: START_MS },
    ])
    from('192.0.2.1')
    vi.advanceTimersByTime(5_000)
    expect(sent).toHaveLength(2)
    expect(addresses()).toEqual([])
  })

  it('sends nothing and runs no timer while it is idle', () => {
    const { counter, sent } = counterWith()
    expect(vi.getTimerCount()).toBe(0)
    counter.ended(endedCall())
    vi.advanceTimersByTime(60_000)
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
    counter.flush()
    expect(sent).toHaveLength(1)
    counter.ended(endedCall())
    vi.advanceTimersByTime(5_000)
    expect(requestsOf(rowsOf(sent[1]!)[0]!.counts)).toBe(1)
  })

  it('counts requests without a known key for the function alone, by verdict', () => {
    const { counter, sent } = counterWith()
    const refused = { key: undefined, status: 401 }
    const verdicts = ['missing', 'repeated', 'malformed', 'unknown', undefined] as const
    for (const verdict of verdicts) counter.ended(endedCall({ ...refused, verdict }))
    counter.ended(endedCall({ verdict: 'expired', status: 401 }))
    counter.ended(endedCall({ verdict: 'not-granted', status: 401 }))
    counter.ended(endedCall({ ...refused, route: undefined, status: 404, verdict: undefined }))
    counter.flush()
    const rows = rowsOf(sent[0]!)
    expect(rows.map((row) => [row.keyId, requestsOf(row.counts)])).toEqual([
      ['', 5],
      ['key-1', 2],
    ])
    expect(USAGE_FIELDS.slice(0, 11).map((field) => count(rows[0]!, field))).toEqual([
      ...[0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1],
    ])
    expect([...batchLastUses(sent[0]![0]!)]).toEqual([])
  })

  it('counts those that waited for an instance to be started', () => {
    const { counter, sent } = counterWith()
    for (const isCold of [true, false, true]) counter.ended(endedCall({ isCold }))
    counter.flush()
    const [row] = rowsOf(sent[0]!)
    expect([count(row!, 'cold_starts'), requestsOf(row!.counts)]).toEqual([2, 3])
  })

  it('remembers when and for whom a key last opened a function, whatever order the calls end in', () => {
    const { counter, sent } = counterWith()
    const nowMs = performance.now()
    const late = { startedAtMs: nowMs - 100, remoteAddress: '::ffff:192.0.2.9' }
    counter.ended(endedCall(late))
    counter.ended(endedCall({ startedAtMs: nowMs - 2_000, remoteAddress: '192.0.2.2' }))
    counter.ended(endedCall({ startedAtMs: nowMs, verdict: 'expired' }))
    vi.advanceTimersByTime(1_000)
    counter.flush()
    expect([...batchLastUses(sent[0]![0]!)]).toEqual([
      { keyId: 'key-1', functionId: 'fn-a', atMs: START_MS - 100, address: '192.0.2.9' },
    ])
  })

  it('counts in the minute in which a request ended, though the flush comes later', () => {
    const { counter, sent } = counterWith()
    vi.setSystemTime(Date.parse('2026-08-22T11:21:59.990Z'))
    counter.ended(endedCall())
    const inNextMinute = endedCall({ startedAtMs: performance.now(), durationMs: 20 })
    counter.ended(inNextMinute)
    vi.advanceTimersByTime(0)
    counter.flush()
    // Known by the time at which it ended, before the clock's own minute has turned.
    expect(sent[0]).toHaveLength(2)
    expect(rowsOf(sent[0]!).map((row) => requestsOf(row.counts))).toEqual([1, 1])
  })

  it('keeps its bound when there are ever new keys: they are counted together per function', () => {
    const { counter, sent } = counterWith({ pairsMax: 10 })
    for (let i = 0; i < 500; i++) {
      const route = i % 2 === 0 ? routes.a : routes.b
      counter.ended(endedCall({ route, key: keyIdentity(`key-${i}`) }))
    }
    counter.ended(endedCall({ route: routes.a, key: undefined, verdict: 'missing' }))
    counter.flush()
    // Three times before the flush.
    expect(sent.map((batches) => rowsOf(batches).length)).toEqual([10, 10, 10, 13])
    const rows = rowsOf(sent.flat())
    const others = rows.filter((row) => row.keyId === OTHER_KEYS_ID)
    expect(others.map((row) => [row.functionId, requestsOf(row.counts)])).toEqual([
      ['fn-a', 230],
      ['fn-b', 230],
    ])
    expect([...batchLastUses(sent[3]![0]!)]).toHaveLength(10)
    counter.ended(endedCall({ key: keyIdentity('key-400') }))
    counter.flush()
    expect(rowsOf(sent[4]!).map((row) => row.keyId)).toEqual(['key-400'])
  })
})
