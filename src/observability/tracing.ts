import type { Logger } from './logger.ts'
import type { Sampling } from './sampling.ts'
import type { SpanRecord } from './span-record.ts'

export interface TracingOptions {
  /** Of the process: the exporter reads its own variables from there. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly role: string
  readonly version: string
  readonly logger: Logger
}

/** Spans on their way to a collector. */
export interface Tracing {
  readonly sampling: Sampling
  /** Only those that were sampled. Never waits; what is too much is dropped. */
  add(spans: readonly SpanRecord[]): void
  /** Sends what there is, if the collector takes it within a moment. */
  stop(): Promise<void>
}
