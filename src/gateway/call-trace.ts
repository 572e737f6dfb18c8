/** The place of a recorded call in its trace. */
export interface CallTrace {
  readonly traceId: string
  /** The caller's span; undefined when it named none. */
  readonly parentSpanId: string | undefined
  /** The request's, in the gateway. */
  readonly spanId: string
  /** The function's work as the gateway sees it: the parent of whatever the function records. */
  readonly invocationSpanId: string
}
