import {
  LATENCY_FIELDS,
  latencyCounts,
  latencyQuantileMs,
  requestsOf,
  serverErrorsOf,
  type UsageCounts,
} from './usage.ts'

/*
 * What a function did in a stretch of five minutes, by whatever key: a row of numbers like those of usage,
 * only fewer, for lists that show it for many functions and are put in order by it.
 *
 *   0          requests
 *   1          requests answered with 5xx
 *   2 .. 17    requests by time taken, as `LATENCY_FIELDS` says
 */
export const RECENT_FIELDS = ['requests', 'errors', ...LATENCY_FIELDS] as const
export type RecentField = (typeof RECENT_FIELDS)[number]

export const RECENT_WIDTH = RECENT_FIELDS.length
const LATENCY = RECENT_FIELDS.length - LATENCY_FIELDS.length

export const STRETCH_MS = 300_000
/** So many are shown: an hour, of which the last stretch has not ended. */
export const STRETCHES = 12

/** By what lists are put in order. */
export const RECENT_MEASURES = ['requests', 'errors', 'p95'] as const
export type RecentMeasure = (typeof RECENT_MEASURES)[number]

export function recentCounts(usage: UsageCounts): number[] {
  return [requestsOf(usage), serverErrorsOf(usage), ...latencyCounts(usage)]
}

export function addRecentCounts(sum: number[], counts: UsageCounts): void {
  for (let i = 0; i < RECENT_WIDTH; i++) sum[i]! += counts[i]!
}

/** Where the stretch begins in which the moment lies. */
export function stretchStart(atMs: number): number {
  return Math.floor(atMs / STRETCH_MS) * STRETCH_MS
}

/** Where the first of the stretches begins that are shown at the moment. */
export function recentFromMs(nowMs: number): number {
  return stretchStart(nowMs) - (STRETCHES - 1) * STRETCH_MS
}

/** `p95Ms` is null without requests. */
export function recentMeasures(counts: UsageCounts) {
  const [requests, errors] = [counts[0]!, counts[1]!]
  return { requests, errors, p95Ms: latencyQuantileMs(counts, 0.95, LATENCY) }
}
