import { isToBeRecorded } from '../observability/sampling.ts'
import { newSpanId, newTraceId } from '../observability/trace-ids.ts'
import type { Tracing } from '../observability/tracing.ts'
import { type Builds, observedBuilds } from './observed-builds.ts'

const BROKEN_OFF = 'broken_off'

/** The same builder, each of whose builds is a trace of its own: it can outlive the request that wants it. */
export function tracedBuilds(builder: Builds, tracing: Tracing | undefined): Builds {
  if (tracing === undefined) return builder
  return observedBuilds(builder, (runtime) => {
    const startMs = Date.now()
    return (result) => record(tracing, startMs, result ?? BROKEN_OFF, runtime)
  })
}

function record(tracing: Tracing, startMs: number, result: string, runtime: string): void {
  const traceId = newTraceId()
  if (!isToBeRecorded(tracing.sampling, traceId, undefined)) return
  tracing.add([
    {
      traceId,
      spanId: newSpanId(),
      parentSpanId: undefined,
      isParentRemote: false,
      kind: 'internal',
      name: `build ${runtime}`,
      startMs,
      durationMs: Date.now() - startMs,
      // Source that cannot be built is its author's mistake.
      isError: result === BROKEN_OFF,
      attributes: { 'latchkey.build.result': result, 'latchkey.runtime': runtime },
    },
  ])
}
