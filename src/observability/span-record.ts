/** A span that has ended, as plain values that any thread can send. */
export interface SpanRecord {
  readonly traceId: string
  readonly spanId: string
  /** Undefined for the first of its trace. */
  readonly parentSpanId: string | undefined
  /** Whether the parent is another program's. */
  readonly isParentRemote: boolean
  readonly kind: 'server' | 'client' | 'internal'
  readonly name: string
  /** Milliseconds since 1970, with a fraction. */
  readonly startMs: number
  readonly durationMs: number
  readonly isError: boolean
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}
