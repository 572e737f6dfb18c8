import { type ErrorCode, PUBLIC_ERRORS } from '../domain/errors.ts'
import type { KeyVerdict } from '../domain/key-verdict.ts'
import type { Route } from '../domain/routes.ts'
import type { NamedFunction } from '../observability/by-function.ts'
import { METRICS } from '../observability/metrics.ts'
import type { CallObserver, EarlyRefusal, EndedCall } from './ended-call.ts'

/** `unchecked`: the request was answered before its key was looked at. */
export const VERDICTS = [
  'unchecked',
  'allowed',
  'missing',
  'repeated',
  'malformed',
  'unknown',
  'expired',
  'disabled',
  'not-yet',
  'not-granted',
  'not-permitted',
] as const satisfies readonly (KeyVerdict | 'unchecked')[]
/** By the first digit of the status; `none`: the caller left before there was an answer. */
export const STATUSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const
export const CODES = Object.keys(PUBLIC_ERRORS) as readonly ErrorCode[]

const DURATION_BOUNDS = METRICS.requestSeconds.bounds
const QUEUE_BOUNDS = METRICS.queueSeconds.bounds

/*
 * All that is counted of one function, as numbers in a row:
 *
 *   requests    verdict x status
 *   duration    a count for each bucket and one beyond, then their sum in seconds
 *   queue       the same
 *   cold, cut, bytes received, bytes sent
 *   codes       one for each code of the gateway's own answers
 */
export const ROW_DURATION = VERDICTS.length * STATUSES.length
export const ROW_QUEUE = ROW_DURATION + DURATION_BOUNDS.length + 2
export const ROW_COLD = ROW_QUEUE + QUEUE_BOUNDS.length + 2
export const ROW_CUT = ROW_COLD + 1
export const ROW_RECEIVED = ROW_COLD + 2
export const ROW_SENT = ROW_COLD + 3
export const ROW_CODES = ROW_COLD + 4
export const ROW_NUMBERS = ROW_CODES + CODES.length

/** A batch is so short that to send it, and to take it in, stops neither thread for long. */
const BATCH_ROWS = 128
/** With so many rows they are sent before anyone has asked for them. */
const ROWS_MAX = 16_384

/** Some of what a thread has counted since it last told. */
export interface CallBatch {
  /** Which function each row is about; undefined for requests that no function answers. */
  readonly functions: readonly (NamedFunction | undefined)[]
  /** `ROW_NUMBERS` for each. */
  readonly rows: Float64Array<ArrayBuffer>
}

const verdictOffsets = new Map<KeyVerdict | undefined, number>([
  [undefined, 0],
  ...VERDICTS.slice(1).map(
    (verdict, i) => [verdict as KeyVerdict, (i + 1) * STATUSES.length] as const,
  ),
])
const codeOffsets = new Map(CODES.map((code, i) => [code, ROW_CODES + i]))

/** Counts the calls of one thread: some additions a call, and nothing is allocated or formatted. */
export class CallMetrics implements CallObserver {
  readonly #onFull: (batches: readonly CallBatch[]) => void
  #batches: { functions: (Route | undefined)[]; rows: Float64Array<ArrayBuffer> }[] = []
  readonly #rowOf = new Map<string | undefined, number>()
  #early = new Map<ErrorCode, number>()
  /** The row of `#route`, in `#rows` from `#at` on. */
  #route: Route | undefined
  #rows: Float64Array<ArrayBuffer> | undefined
  #at = 0

  /** @param onFull - Given what was counted when it is about more functions than are kept. */
  constructor(onFull: (batches: readonly CallBatch[]) => void) {
    this.#onFull = onFull
  }

  ended(call: EndedCall): void {
    const { route } = call
    if (this.#rows === undefined || route !== this.#route) this.#find(route)
    const rows = this.#rows!
    const at = this.#at
    const status = (call.status / 100) | 0
    const requests = at + verdictOffsets.get(call.verdict)! + (status > 5 ? 5 : status)
    rows[requests] = rows[requests]! + 1
    if (call.instanceId !== undefined) {
      observe(rows, at + ROW_DURATION, DURATION_BOUNDS, call.durationMs / 1000)
    }
    if (call.queuedMs > 0) observe(rows, at + ROW_QUEUE, QUEUE_BOUNDS, call.queuedMs / 1000)
    if (call.isCold) rows[at + ROW_COLD] = rows[at + ROW_COLD]! + 1
    if (!call.isWhole) rows[at + ROW_CUT] = rows[at + ROW_CUT]! + 1
    rows[at + ROW_RECEIVED] = rows[at + ROW_RECEIVED]! + call.bytesReceived
    rows[at + ROW_SENT] = rows[at + ROW_SENT]! + call.bytesSent
    const { code } = call
    if (code !== undefined) {
      const codeAt = at + codeOffsets.get(code)!
      rows[codeAt] = rows[codeAt]! + 1
    }
  }

  refusedEarly({ code }: EarlyRefusal): void {
    this.#early.set(code, (this.#early.get(code) ?? 0) + 1)
  }

  /** What was counted since the last call. It is the caller's. */
  take(): CallBatch[] {
    const batches = this.#batches
    this.#batches = []
    this.#rowOf.clear()
    this.#route = undefined
    this.#rows = undefined
    return batches.map(({ functions, rows }) => ({ functions: functions.map(nameOf), rows }))
  }

  /** How many requests ended before they were calls, by code, since the last call. */
  takeEarly(): ReadonlyMap<ErrorCode, number> {
    const early = this.#early
    this.#early = new Map()
    return early
  }

  #find(route: Route | undefined): void {
    const row = this.#rowOf.get(route?.functionId) ?? this.#add(route)
    this.#route = route
    this.#rows = this.#batches[Math.floor(row / BATCH_ROWS)]!.rows
    this.#at = (row % BATCH_ROWS) * ROW_NUMBERS
  }

  #add(route: Route | undefined): number {
    if (this.#rowOf.size >= ROWS_MAX) this.#onFull(this.take())
    const row = this.#rowOf.size
    if (row % BATCH_ROWS === 0) {
      this.#batches.push({ functions: [], rows: new Float64Array(BATCH_ROWS * ROW_NUMBERS) })
    }
    this.#batches.at(-1)!.functions.push(route)
    this.#rowOf.set(route?.functionId, row)
    return row
  }
}

function nameOf(route: Route | undefined): NamedFunction | undefined {
  if (route === undefined) return undefined
  const { label, projectId, regionId, namespace, name } = route
  return { label, projectId, regionId, namespace, name }
}

/** Most requests are quick: from the least bound on, the place is found in a few comparisons. */
function observe(rows: Float64Array, at: number, bounds: readonly number[], seconds: number): void {
  let bucket = 0
  while (bucket < bounds.length && seconds > bounds[bucket]!) bucket++
  rows[at + bucket] = rows[at + bucket]! + 1
  const sum = at + bounds.length + 1
  rows[sum] = rows[sum]! + seconds
}
