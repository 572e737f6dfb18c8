import { unreachable } from '../lib/assert.ts'
import type { KeyVerdict } from './key-verdict.ts'

/*
 * What the requests of one key to one function in one stretch of time came to: a row of numbers, so
 * that counting is an addition in a typed array and merging is the addition of two rows.
 *
 *    0 .. 10   requests by verdict; their sum is the number of requests
 *   11 .. 15   requests by class of status: none, 2xx, 3xx, 4xx, 5xx
 *   16, 17     bytes of bodies received and sent
 *   18         sum of the times taken, microseconds
 *   19 .. 34   requests by time taken: below 0.5 ms, below 1 ms, below 2 ms … 8.192 s and above
 *   35         requests that waited for an instance to be started
 *
 * A field that comes later goes to the end: rows that were counted before it lack it, and it is 0.
 */
export const USAGE_FIELDS = [
  'allowed',
  'missing',
  'repeated',
  'malformed',
  'unknown',
  'expired',
  'disabled',
  'not_yet',
  'not_granted',
  'not_permitted',
  'unjudged',
  'status_none',
  'status_2xx',
  'status_3xx',
  'status_4xx',
  'status_5xx',
  'bytes_received',
  'bytes_sent',
  'latency_us',
  'latency_0',
  'latency_1',
  'latency_2',
  'latency_3',
  'latency_4',
  'latency_5',
  'latency_6',
  'latency_7',
  'latency_8',
  'latency_9',
  'latency_10',
  'latency_11',
  'latency_12',
  'latency_13',
  'latency_14',
  'latency_15',
  'cold_starts',
] as const

export type UsageField = (typeof USAGE_FIELDS)[number]

export const USAGE_WIDTH = USAGE_FIELDS.length
/** Of rows that were counted before there were cold starts. */
export const USAGE_WIDTH_LEAST = 35
export const VERDICTS = 11
const STATUS_NONE = 11
export const BYTES_RECEIVED = 16
export const BYTES_SENT = 17
export const LATENCY_US = 18
const LATENCY = 19
const LATENCY_BUCKETS = 16
export const COLD_STARTS = LATENCY + LATENCY_BUCKETS
type LatencyField = Extract<UsageField, `latency_${number}`>
/** Requests by time taken, the quickest first. */
export const LATENCY_FIELDS = USAGE_FIELDS.slice(LATENCY, COLD_STARTS) as readonly LatencyField[]
/** Times below half a millisecond are not told apart. */
const BUCKETS_PER_MS = 2

/** Stands for the key of requests that came with none that is known. */
export const NO_KEY_ID = ''
/** Stands for the keys of requests that were too many different ones to be told apart. */
export const OTHER_KEYS_ID = '*'

/** Numbers in the order of {@link USAGE_FIELDS}. */
export type UsageCounts = ArrayLike<number>

export interface UsageRow {
  readonly functionId: string
  /** Or {@link NO_KEY_ID} or {@link OTHER_KEYS_ID}. */
  readonly keyId: string
  /** The start of the stretch of time in which the requests ended. */
  readonly atMs: number
  readonly counts: UsageCounts
}

/** When a key last opened a function: which, and for whom. */
export interface LastUse {
  readonly keyId: string
  readonly functionId: string
  /** When the request came. */
  readonly atMs: number
  /** Empty when it is not known. */
  readonly address: string
}

/** That a key opened a function for a caller there; see `addressGroupText`. */
export interface KeyAddress {
  readonly keyId: string
  readonly address: string
  readonly atMs: number
}

/** Undefined for a request that was refused before its key was looked at. */
export function verdictField(verdict: KeyVerdict | undefined): number {
  switch (verdict) {
    case 'allowed':
      return 0
    case 'missing':
      return 1
    case 'repeated':
      return 2
    case 'malformed':
      return 3
    case 'unknown':
      return 4
    case 'expired':
      return 5
    case 'disabled':
      return 6
    case 'not-yet':
      return 7
    case 'not-granted':
      return 8
    case 'not-permitted':
      return 9
    case undefined:
      return 10
    default:
      return unreachable(verdict)
  }
}

/** 0 when the caller got no answer. */
export function statusField(status: number): number {
  const hundreds = (status / 100) | 0
  if (hundreds < 2) return STATUS_NONE
  return STATUS_NONE - 1 + Math.min(hundreds, 5)
}

export function latencyField(durationMs: number): number {
  const bits = 32 - Math.clz32(durationMs * BUCKETS_PER_MS)
  return LATENCY + Math.min(bits, LATENCY_BUCKETS - 1)
}

export function requestsOf(counts: UsageCounts): number {
  let sum = 0
  for (let i = 0; i < VERDICTS; i++) sum += counts[i]!
  return sum
}

/** How many were answered with 5xx. */
export function serverErrorsOf(counts: UsageCounts): number {
  return counts[STATUS_NONE + 4]!
}

/** In the order of {@link LATENCY_FIELDS}. */
export function latencyCounts(counts: UsageCounts): number[] {
  return LATENCY_FIELDS.map((_, bucket) => counts[LATENCY + bucket]!)
}

/**
 * The time below which the part `quantile` of the requests stayed, milliseconds, as good as the buckets
 * tell: evenly spread within each. Null when there were none.
 * @param at - Where the {@link LATENCY_FIELDS} stand in the numbers.
 */
export function latencyQuantileMs(
  counts: UsageCounts,
  quantile: number,
  at = LATENCY,
): number | null {
  let timed = 0
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) timed += counts[at + bucket]!
  if (timed === 0) return null
  let wanted = quantile * timed
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
    const here = counts[at + bucket]!
    if (here > 0 && wanted <= here) return withinBucketMs(bucket, wanted / here)
    wanted -= here
  }
  return withinBucketMs(LATENCY_BUCKETS - 1, 0)
}

/** The last bucket has no upper end: its lower one is what is known. */
function withinBucketMs(bucket: number, part: number): number {
  const low = bucket === 0 ? 0 : 2 ** (bucket - 1) / BUCKETS_PER_MS
  const high = bucket === LATENCY_BUCKETS - 1 ? low : 2 ** bucket / BUCKETS_PER_MS
  return low + (high - low) * part
}

/** Null when there were no requests. */
export function latencyMeanMs(counts: UsageCounts): number | null {
  const requests = requestsOf(counts)
  return requests === 0 ? null : counts[LATENCY_US]! / requests / 1000
}

/** What one gateway thread has counted within one minute, in a form that is cheap to hand over. */
export interface UsageBatch {
  readonly minuteMs: number
  /** For each pair: function id, key id, the address of the last use. */
  readonly texts: readonly string[]
  /** For each pair: {@link USAGE_WIDTH} counts, then when the key last opened the function; 0 for not at all. */
  readonly numbers: Float64Array
  /** Absent: none that this thread has not told before. */
  readonly addresses?: readonly KeyAddress[]
}

export const BATCH_TEXTS = 3
export const BATCH_WIDTH = USAGE_WIDTH + 1

export function* batchRows({ minuteMs, texts, numbers }: UsageBatch): Generator<UsageRow> {
  for (let pair = 0; pair * BATCH_TEXTS < texts.length; pair++) {
    const counts = numbers.subarray(pair * BATCH_WIDTH, pair * BATCH_WIDTH + USAGE_WIDTH)
    const [functionId, keyId] = [texts[pair * BATCH_TEXTS]!, texts[pair * BATCH_TEXTS + 1]!]
    yield { functionId, keyId, atMs: minuteMs, counts }
  }
}

export function* batchLastUses({ texts, numbers }: UsageBatch): Generator<LastUse> {
  for (let pair = 0; pair * BATCH_TEXTS < texts.length; pair++) {
    const atMs = numbers[pair * BATCH_WIDTH + USAGE_WIDTH]!
    const [functionId, keyId, address] = texts.slice(pair * BATCH_TEXTS, (pair + 1) * BATCH_TEXTS)
    if (atMs > 0) yield { functionId: functionId!, keyId: keyId!, atMs, address: address! }
  }
}
