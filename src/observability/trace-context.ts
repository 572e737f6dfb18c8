/** A `traceparent` of W3C Trace Context, read. */
export interface TraceParent {
  /** 32 hexadecimal digits in lower case, not all of them 0. */
  readonly traceId: string
  /** 16 of them: the span of whoever calls. */
  readonly spanId: string
  readonly isSampled: boolean
}

const NO_TRACE_ID = '0'.repeat(32)
const NO_SPAN_ID = '0'.repeat(16)
/** Later versions may add parts behind a dash; `ff` is none. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** Undefined for what is no valid one, version 00 or later. */
export function parseTraceParent(text: string): TraceParent | undefined {
  const traceId = traceIdOf(text)
  if (traceId === undefined) return undefined
  const isSampled = (Number.parseInt(text.slice(53, 55), 16) & 1) === 1
  return { traceId, spanId: text.slice(36, 52), isSampled }
}

/** Only the trace id; undefined when the whole is not valid. */
export function traceIdOf(text: string): string | undefined {
  const match = TRACEPARENT.exec(text)
  if (match === null || (match[1] === '00' && match[2] !== undefined)) return undefined
  const traceId = text.slice(3, 35)
  return traceId === NO_TRACE_ID || text.slice(36, 52) === NO_SPAN_ID ? undefined : traceId
}

export function renderTraceParent(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-${parent.isSampled ? '01' : '00'}`
}
