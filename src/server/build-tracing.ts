import type { Builder } from '../build/builder.ts'
import { isToBeRecorded } from '../observability/sampling.ts'
import { newSpanId, newTraceId } from '../observability/trace-ids.ts'
import type { Tracing } from '../observability/tracing.ts'

type Builds = Pick<Builder, 'build'>

/** The same builder, each of whose builds is a trace of its own: it can outlive the request that wants it. */
export function tracedBuilds(builder: Builds, tracing: Tracing | undefined): Builds {
  if (tracing === undefined) return builder
  return {
    async build(source, onProgress) {
      const startMs = Date.now()
      let result = 'broken_off'
      try {
        const outcome = await builder.build(source, onProgress)
        result = outcome.kind
        return outcome
      } finally {
        record(tracing, startMs, result, source.runtime)
      }
    },
  }
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
      isError: result === 'broken_off',
      attributes: { 'latchkey.build.result': result, 'latchkey.runtime': runtime },
    },
  ])
}
