import { describe, expect, it } from 'vitest'
import {
  durationText,
  stepText,
  tickText,
  timeTicks,
  valueTicks,
} from '../../portal/src/ui/charts/scale.ts'
import {
  instancesChart,
  latencyChart,
  type UsageReport,
  type UsageReportRow,
  verdictChart,
} from '../../portal/src/ui/charts/usage-series.ts'

const HOUR_MS = 3_600_000
const FROM = '2026-08-22T08:00:00Z'

describe('an axis of values', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [36, [0, 10, 20, 30, 40]],
    [1204, [0, 500, 1000, 1500]],
  ])('for counts up to %d has round whole numbers from 0', (highest, ticks) => {
    expect(valueTicks(highest, true)).toEqual(ticks)
  })

  it('for measures may have parts', () => {
    expect(valueTicks(0.8, false)).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8])
    expect(valueTicks(0, false).at(-1)).toBeGreaterThan(0)
  })
})

describe('an axis of time', () => {
  it('has round times of the range, no more than there is room for', () => {
    const fromMs = Date.parse(FROM) + 7 * 60_000
    const ticks = timeTicks(fromMs, fromMs + HOUR_MS, 400)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(6)
    for (const tick of ticks) {
      expect(tick % 300_000).toBe(0)
      expect(tick >= fromMs && tick < fromMs + HOUR_MS).toBe(true)
    }
  })

  it("has UTC's days where a step is one, wherever the reader is", () => {
    const fromMs = Date.parse('2026-08-01T00:00:00Z')
    const ticks = timeTicks(fromMs, fromMs + 30 * 24 * HOUR_MS, 500, 24 * HOUR_MS)
    expect(ticks.length).toBeGreaterThan(2)
    for (const tick of ticks) expect(tick % (24 * HOUR_MS)).toBe(0)
    expect(tickText(fromMs, 24 * HOUR_MS)).toMatch(/Aug/)
    expect(stepText(fromMs, 24 * HOUR_MS, 30 * 24 * HOUR_MS)).toMatch(/1/)
  })

  it('calls steps by their day where a range has several', () => {
    const atMs = Date.parse(FROM)
    expect(stepText(atMs, HOUR_MS, HOUR_MS)).not.toMatch(/Aug/)
    expect(stepText(atMs, HOUR_MS, 7 * 24 * HOUR_MS)).toMatch(/Aug/)
  })
})

describe('a time that was taken', () => {
  it.each([
    [null, '—'],
    [0.4211, '0.42 ms'],
    [38.4, '38 ms'],
    [1234, '1.2 s'],
  ])('of %s ms is told as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})

function row(time: string, verdicts: Partial<UsageReportRow['verdicts']>): UsageReportRow {
  const none = {
    ...{ allowed: 0, missing: 0, repeated: 0, malformed: 0, unknown: 0, expired: 0 },
    ...{ disabled: 0, not_yet: 0, not_granted: 0, not_permitted: 0, unjudged: 0 },
  }
  const counts = { ...none, ...verdicts }
  return {
    time,
    requests: Object.values(counts).reduce((sum, count) => sum + count, 0),
    verdicts: counts,
    statuses: { success: 0, redirect: 0, client_error: 0, server_error: 0, none: 0 },
    cold_starts: 0,
    latency_ms: { mean: 1, p50: 1, p95: 2, p99: 3 },
  }
}

const report: UsageReport = {
  ...{ step: 'hour', from: FROM, to: '2026-08-22T12:00:00Z' },
  results: [
    row('2026-08-22T09:00:00Z', { allowed: 5, expired: 1 }),
    row('2026-08-22T11:00:00Z', { allowed: 1, missing: 2 }),
  ],
}

describe('the chart of usage', () => {
  it('has a point for each step, 0 where nothing happened, and a series for each verdict there was', () => {
    const { points, series, summary } = verdictChart(report)
    expect(series.map(({ id }) => id)).toEqual(['allowed', 'missing', 'expired'])
    expect(points.map(({ values }) => values)).toEqual([
      ...[
        [0, 0, 0],
        [5, 0, 1],
        [0, 0, 0],
        [1, 2, 0],
      ],
    ])
    expect(summary).toMatch(/^9 requests, most at .* \(6\)\. 3 came without a good key\.$/)
  })

  it('finds no fault with requests without a key where none is wanted', () => {
    const { series, summary } = verdictChart(report, false)
    expect(series.find(({ id }) => id === 'missing')!.label).toBe('Without a key')
    expect(summary).toMatch(/1 came without a good key\.$/)
  })

  it('says so when there is nothing', () => {
    const nothing = { ...report, results: [] }
    expect(verdictChart(nothing).summary).toBe('There were no requests.')
    expect(verdictChart(nothing).series).toHaveLength(1)
  })

  it('of latency has gaps where there were no requests', () => {
    expect(latencyChart(report).points.map(({ values }) => values[0])).toEqual([null, 1, null, 1])
  })

  it('of instances is 0 where there were none, and unknown where they are not counted yet', () => {
    const { step, from, to } = report
    const results = [{ time: '2026-08-22T09:00:00Z', highest: 2, mean: 0.5 }]
    const { points, summary } = instancesChart({ step, from, to, results })
    expect(points.map(({ values }) => values[0])).toEqual([0, 2, 0, null])
    expect(summary).toBe('At most 2 instances at a time.')
  })
})
