import { Backlog } from '../lib/backlog.ts'
import { isToBeRecorded, type Sampling } from '../observability/sampling.ts'
import { parseTraceParent, renderTraceParent } from '../observability/trace-context.ts'
import { newSpanId, newTraceId } from '../observability/trace-ids.ts'
import { type CallRecord, recordOf } from './call-record.ts'
import type { CallObserver, EndedCall } from './ended-call.ts'
import type { RequestHead } from './request-head.ts'

/** What a gateway thread needs to know to trace calls. */
export interface TracingShare {
  readonly sampling: Sampling
  /** Of the `Backlog` of records that all threads and the exporter have in common. */
  readonly backlog: SharedArrayBuffer
}

/** Where the recorded calls of all threads go. */
export interface TracingTarget {
  readonly sampling: Sampling
  /** Of records; who takes them removes them from it. */
  readonly backlog: Backlog
  readonly take: TakeRecords
}

export function shareOfTracing({ sampling, backlog }: TracingTarget): TracingShare {
  return { sampling, backlog: backlog.buffer }
}

export type TakeRecords = (records: readonly CallRecord[]) => void

/** Records that may wait for the main thread; what would come on top is dropped. */
export const TRACING_BACKLOG_RECORDS = 8192
const BATCH_RECORDS = 256
const BATCH_MS = 200

/** Gives each call its place in a trace, and keeps the recorded ones until they are handed on in batches. */
export class CallTracer implements CallObserver {
  readonly #sampling: Sampling
  readonly #backlog: Backlog
  readonly #take: TakeRecords
  #records: CallRecord[] = []
  #isTimed = false

  constructor(share: TracingShare, take: TakeRecords) {
    this.#sampling = share.sampling
    this.#backlog = new Backlog(TRACING_BACKLOG_RECORDS, share.backlog)
    this.#take = take
  }

  /** To be called before the head is used: the function is told of this call's place in the trace. */
  begin(head: RequestHead): void {
    const parent = parseTraceParent(head.traceparent)
    // Nobody knows what the rest belongs to when its beginning cannot be read.
    if (parent === undefined && head.traceparent !== '') dropTraceFields(head, ['tracestate'])
    const traceId = parent?.traceId ?? newTraceId()
    const isSampled = isToBeRecorded(this.#sampling, traceId, parent)
    // Between two that record nothing there is no place to name.
    if (!isSampled && parent?.isSampled === false) return
    const invocationSpanId = newSpanId()
    setTraceParent(head, renderTraceParent({ traceId, spanId: invocationSpanId, isSampled }))
    if (!isSampled) return
    head.trace = { traceId, parentSpanId: parent?.spanId, spanId: newSpanId(), invocationSpanId }
  }

  ended(call: EndedCall): void {
    const { trace } = call.head
    if (trace === undefined) return
    this.#records.push(recordOf(call, trace))
    if (this.#records.length >= BATCH_RECORDS) this.flush()
    else if (!this.#isTimed) {
      this.#isTimed = true
      setTimeout(onTime, BATCH_MS, this).unref()
    }
  }

  /** Hands on what has been gathered. */
  flush(): void {
    const records = this.#records
    if (records.length === 0) return
    this.#records = []
    if (this.#backlog.tryAdd(records.length)) this.#take(records)
    else this.#backlog.drop(records.length)
  }

  onTime(): void {
    this.#isTimed = false
    this.flush()
  }
}

function onTime(tracer: CallTracer): void {
  tracer.onTime()
}

function setTraceParent(head: RequestHead, traceparent: string): void {
  if (head.traceparent !== '') dropTraceFields(head, [])
  head.traceparent = traceparent
  head.fields += `\ntraceparent\n${traceparent}`
}

/** A value may read like a name, so names are only looked for where names stand. */
function dropTraceFields(head: RequestHead, alsoNamed: readonly string[]): void {
  const parts = head.fields.split('\n')
  let kept = ''
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i]!
    if (name !== 'traceparent' && !alsoNamed.includes(name)) kept += `\n${name}\n${parts[i + 1]}`
  }
  head.fields = kept
}
