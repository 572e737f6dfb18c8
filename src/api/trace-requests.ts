import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isToBeRecorded } from '../observability/sampling.ts'
import type { SpanRecord } from '../observability/span-record.ts'
import { parseTraceParent, type TraceParent } from '../observability/trace-context.ts'
import { newSpanId, newTraceId } from '../observability/trace-ids.ts'
import type { Tracing } from '../observability/tracing.ts'

/** Asked every few seconds by whoever watches the server. */
const NOT_TRACED: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Records a span for each answer. To be called before there are routes. */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onResponse', async (request, reply) => {
    if (NOT_TRACED.has(request.routeOptions.url ?? '')) return
    const { traceparent } = request.headers
    const parent = typeof traceparent === 'string' ? parseTraceParent(traceparent) : undefined
    const traceId = parent?.traceId ?? newTraceId()
    if (!isToBeRecorded(tracing.sampling, traceId, parent)) return
    tracing.add([spanOf(request, reply, traceId, parent)])
  })
}

function spanOf(
  request: FastifyRequest,
  reply: FastifyReply,
  traceId: string,
  parent: TraceParent | undefined,
): SpanRecord {
  const { method, principal } = request
  const route = request.is404 ? undefined : request.routeOptions.url
  const durationMs = reply.elapsedTime
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: parent?.spanId,
    isParentRemote: true,
    kind: 'server',
    name: route === undefined ? method : `${method} ${route}`,
    startMs: Date.now() - durationMs,
    durationMs,
    isError: reply.statusCode >= 500,
    attributes: {
      'http.request.method': method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'url.scheme': 'http',
      'url.path': request.url.split('?', 1)[0]!,
      'http.response.status_code': reply.statusCode,
      ...(reply.statusCode >= 500 ? { 'error.type': String(reply.statusCode) } : {}),
      'client.address': request.ip,
      'latchkey.request.id': request.id,
      ...(principal === null ? {} : { [`latchkey.${principal.kind}.id`]: principal.id }),
    },
  }
}
