import { spansOf } from '../gateway/call-spans.ts'
import { TRACING_BACKLOG_RECORDS, type TracingTarget } from '../gateway/tracing.ts'
import { Backlog } from '../lib/backlog.ts'
import type { Tracing } from '../observability/tracing.ts'

/** Takes the calls that gateway threads have recorded, and makes spans of them. */
export function callTracing(tracing: Tracing | undefined): TracingTarget | undefined {
  if (tracing === undefined) return undefined
  const backlog = new Backlog(TRACING_BACKLOG_RECORDS)
  return {
    sampling: tracing.sampling,
    backlog,
    take(records) {
      backlog.remove(records.length)
      for (const record of records) tracing.add(spansOf(record))
    },
  }
}
