import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  latencyField,
  latencyMeanMs,
  latencyQuantileMs,
  OTHER_KEYS_ID,
  requestsOf,
  statusField,
  USAGE_FIELDS,
  USAGE_WIDTH,
  type UsageCounts,
  type UsageRow,
  verdictField,
} from '../../src/domain/usage.ts'
import { addCounts, UsageTally } from '../../src/domain/usage-tally.ts'
import {
  DAY_MS,
  forgetBeforeMs,
  stepMs,
  stepStart,
  USAGE_STEPS,
  usageRange,
} from '../../src/domain/usage-time.ts'

const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-08-22T11:00:00Z')

/** What requests with these times, all allowed and answered 200, come to. */
function countsOf(durationsMs: readonly number[]): number[] {
  const counts = new Array<number>(USAGE_WIDTH).fill(0)
  for (const ms of durationsMs) {
    counts[verdictField('allowed')]! += 1
    counts[statusField(200)]! += 1
    counts[USAGE_FIELDS.indexOf('latency_us')]! += ms * 1000
    counts[latencyField(ms)]! += 1
  }
  return counts
}

function sumOf(rows: Iterable<{ counts: UsageCounts }>): number[] {
  const sum = new Array<number>(USAGE_WIDTH).fill(0)
  for (const row of rows) addCounts(sum, row.counts)
  return sum
}

const usageRow: fc.Arbitrary<UsageRow> = fc.record({
  functionId: fc.constantFrom('f1', 'f2', 'f3'),
  keyId: fc.constantFrom('', 'k1', 'k2', 'k3', 'k4', 'k5'),
  atMs: fc.nat(180).map((minute) => START_MS + minute * MINUTE_MS),
  counts: fc.array(fc.nat(1000), { minLength: USAGE_WIDTH, maxLength: USAGE_WIDTH }),
})

describe('what a request counts as', () => {
  it('has a field for every verdict and for a request that was not judged', () => {
    const verdicts = [
      ...(['allowed', 'missing', 'repeated', 'malformed', 'unknown', 'expired'] as const),
      ...(['not-granted', undefined] as const),
    ]
    const fields = verdicts.map((verdict) => USAGE_FIELDS[verdictField(verdict)])
    expect(fields).toEqual(verdicts.map((v) => v?.replace('-', '_') ?? 'unjudged'))
  })

  it('has a field for every status', () => {
    const fields = [0, 101, 200, 204, 302, 404, 499, 503, 999].map(
      (s) => USAGE_FIELDS[statusField(s)],
    )
    expect(fields).toEqual([
      ...['status_none', 'status_none', 'status_2xx', 'status_2xx', 'status_3xx'],
      ...['status_4xx', 'status_4xx', 'status_5xx', 'status_5xx'],
    ])
  })

  it('has buckets of time that double', () => {
    const bucket = (ms: number) => USAGE_FIELDS[latencyField(ms)]
    expect([0, 0.49, 0.5, 0.99, 1, 1.99, 2, 4095, 4096, 8191, 8192, 200_000].map(bucket)).toEqual([
      ...['latency_0', 'latency_0', 'latency_1', 'latency_1', 'latency_2', 'latency_2'],
      ...['latency_3', 'latency_13', 'latency_14', 'latency_14', 'latency_15', 'latency_15'],
    ])
  })

  it('tells a percentile at most one bucket off, and the mean exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8_000 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (durationsMs, quantile) => {
          const counts = countsOf(durationsMs)
          const sorted = durationsMs.toSorted((a, b) => a - b)
          const exact = sorted[Math.ceil(quantile * sorted.length) - 1]!
          const told = latencyQuantileMs(counts, quantile)!
          expect(told).toBeGreaterThanOrEqual(exact / 2)
          expect(told).toBeLessThanOrEqual(exact * 2)
          const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length
          expect(latencyMeanMs(counts)).toBeCloseTo(mean, 6)
        },
      ),
    )
  })

  it('tells nothing of the times of no requests', () => {
    expect(latencyQuantileMs(countsOf([]), 0.5)).toBeNull()
    expect(latencyMeanMs(countsOf([]))).toBeNull()
    expect(latencyQuantileMs(countsOf([100_000]), 0.5)).toBe(8192)
  })
})

describe('adding up', () => {
  it('gives the same in any order and in any parts', () => {
    fc.assert(
      fc.property(fc.array(usageRow, { maxLength: 60 }), fc.nat(60), (rows, cut) => {
        const [whole, parts, first, second] = Array.from({ length: 4 }, () => new UsageTally(1000))
        for (const row of rows) whole!.add(row)
        for (const row of rows.slice(0, cut)) first!.add(row)
        for (const row of rows.slice(cut).reverse()) second!.add(row)
        for (const part of [second!, first!]) {
          while (!part.isEmpty) for (const row of part.take(7).rows) parts!.add(row)
        }
        expect(inOrder(parts!.take(1000).rows)).toEqual(inOrder(whole!.take(1000).rows))
      }),
    )
  })

  it('loses no request when there are more rows than it may have, and keeps functions apart', () => {
    fc.assert(
      fc.property(
        fc.array(usageRow, { maxLength: 120 }),
        fc.integer({ min: 1, max: 20 }),
        (rows, max) => {
          const tally = new UsageTally(max)
          for (const row of rows) tally.add(row)
          const hours = 4
          expect(tally.size).toBeLessThanOrEqual(max + 3 * hours)
          const taken = tally.take(1000).rows
          for (const id of ['f1', 'f2', 'f3']) {
            const of = (all: readonly UsageRow[]) =>
              sumOf(all.filter((row) => row.functionId === id))
            expect(of(taken)).toEqual(of(rows))
          }
          const known = new Set(rows.map((row) => row.keyId)).add(OTHER_KEYS_ID)
          expect(taken.every((row) => known.has(row.keyId))).toBe(true)
        },
      ),
    )
  })

  it('gives up minutes before it gives up keys', () => {
    const tally = new UsageTally(2)
    const row = (keyId: string, minute: number) => ({
      functionId: 'f',
      keyId,
      atMs: START_MS + minute * MINUTE_MS,
      counts: countsOf([1]),
    })
    tally.add(row('a', 1))
    tally.add(row('a', 2))
    tally.add(row('b', 3))
    tally.add(row('c', 4))
    const told = tally.take(10).rows.map((r) => [r.keyId, r.atMs - START_MS, requestsOf(r.counts)])
    expect(told).toEqual([
      ['a', 0, 2],
      ['b', 0, 1],
      [OTHER_KEYS_ID, 0, 1],
    ])
  })

  it('keeps the newest last use of each key, and no more than it may', () => {
    const tally = new UsageTally(2)
    const use = (keyId: string, atMs: number) => ({ keyId, functionId: 'f', atMs, address: '' })
    for (const one of [use('a', 5), use('a', 3), use('b', 1), use('c', 9), use('b', 4)]) {
      tally.addLastUse(one)
    }
    expect(tally.take(10).lastUses).toEqual([use('a', 5), use('b', 4)])
    expect(tally.isEmpty).toBe(true)
  })
})

describe('time', () => {
  it('has minutes within hours within days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (atMs) => {
        const [minute, hour, day] = USAGE_STEPS.map((step) => stepStart(step, atMs))
        expect(stepStart('hour', minute!)).toBe(hour)
        expect(stepStart('day', hour!)).toBe(day)
        expect(atMs - minute!).toBeLessThan(stepMs('minute'))
      }),
    )
  })

  it('makes whole steps of a range, and has a usual one up to now', () => {
    const atMs = START_MS + 30 * MINUTE_MS + 1
    const asked = { fromMs: atMs, toMs: atMs + 1 }
    expect(usageRange('hour', asked, 0)).toEqual({
      fromMs: START_MS,
      toMs: START_MS + stepMs('hour'),
    })
    for (const [step, steps] of [
      ['minute', 60],
      ['hour', 24],
      ['day', 30],
    ] as const) {
      const { fromMs, toMs } = usageRange(step, {}, START_MS)
      expect(toMs).toBe(stepStart(step, START_MS) + stepMs(step))
      expect(toMs - fromMs).toBe(steps * stepMs(step))
    }
  })

  it('forgets what is older than it may be', () => {
    const sweptMs = START_MS - 90 * DAY_MS
    expect(forgetBeforeMs(undefined, START_MS, 90)).toBe(sweptMs)
    expect(forgetBeforeMs(sweptMs, START_MS + 3_600_000, 90)).toBe(sweptMs + 3_600_000)
  })

  it('forgets a day more at most for a clock that jumps ahead, and nothing for one that jumps back', () => {
    const sweptMs = START_MS - 90 * DAY_MS
    expect(forgetBeforeMs(sweptMs, START_MS + 3650 * DAY_MS, 90)).toBe(sweptMs + DAY_MS)
    const back = forgetBeforeMs(sweptMs + DAY_MS, START_MS, 90)
    expect(back).toBe(sweptMs)
  })
})

function inOrder(rows: readonly UsageRow[]): UsageRow[] {
  const name = (row: UsageRow) => `${row.atMs} ${row.functionId} ${row.keyId}`
  return rows.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
}
