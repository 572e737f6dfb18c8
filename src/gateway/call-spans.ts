import type { SpanRecord } from '../observability/span-record.ts'
import { newSpanId } from '../observability/trace-ids.ts'
import type { CallRecord } from './call-record.ts'

type Attributes = Record<string, string | number | boolean>

/** Others are shown as `_OTHER`, so that callers cannot make up names of spans. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'],
])
const OTHER_METHOD = '_OTHER'

/**
 * The spans of one call, after the semantic conventions for HTTP and for functions:
 *
 * ```
 * GET demo/hello           server    from the end of the head to the end of the answer
 *   queue                  internal  while it waited for an instance
 *   invoke demo/hello      client    the instance's part; the parent of what the function records
 * ```
 */
export function spansOf(call: CallRecord): SpanRecord[] {
  const spans = [serverSpan(call)]
  if (call.queuedMs > 0) spans.push(queueSpan(call))
  if (call.instanceId !== undefined) spans.push(invocationSpan(call))
  return spans
}

function serverSpan(call: CallRecord): SpanRecord {
  const { trace } = call
  const name = functionOf(call)
  const method = KNOWN_METHODS.has(call.method) ? call.method : OTHER_METHOD
  const verb = method === OTHER_METHOD ? 'HTTP' : method
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    isParentRemote: true,
    kind: 'server',
    name: name === undefined ? verb : `${verb} ${name}`,
    startMs: call.startMs,
    durationMs: call.durationMs,
    isError: call.status >= 500 || isCutByUs(call),
    attributes: serverAttributes(call, method),
  }
}

function serverAttributes(call: CallRecord, method: string): Attributes {
  return {
    'http.request.method': method,
    ...optional('http.request.method_original', method === call.method ? undefined : call.method),
    'url.scheme': call.proto,
    'url.path': call.path,
    ...addressAttributes(call.host),
    'network.protocol.name': 'http',
    'network.protocol.version': call.httpVersion === '2.0' ? '2' : call.httpVersion,
    ...optional('client.address', call.remoteAddress),
    ...optional('user_agent.original', call.userAgent === '' ? undefined : call.userAgent),
    ...optional('http.response.status_code', call.status === 0 ? undefined : call.status),
    'http.request.body.size': call.bytesReceived,
    'http.response.body.size': call.bytesSent,
    ...optional('error.type', errorOf(call)),
    'latchkey.request.id': call.requestId,
    ...optional('latchkey.verdict', call.verdict),
    ...optional('latchkey.key.id', call.keyId),
    ...optional('latchkey.namespace', call.namespace),
    ...optional('latchkey.function', call.functionName),
    ...optional('latchkey.version', call.versionId),
    ...(call.isWhole ? {} : { 'latchkey.cut_off': true }),
  }
}

function queueSpan(call: CallRecord): SpanRecord {
  return {
    traceId: call.trace.traceId,
    spanId: newSpanId(),
    parentSpanId: call.trace.spanId,
    isParentRemote: false,
    kind: 'internal',
    name: 'queue',
    startMs: call.startMs + call.gatheredMs,
    durationMs: call.queuedMs,
    isError: false,
    attributes: { 'faas.coldstart': call.isCold },
  }
}

function invocationSpan(call: CallRecord): SpanRecord {
  const name = functionOf(call) ?? 'unknown'
  const waitedMs = call.gatheredMs + call.queuedMs
  return {
    traceId: call.trace.traceId,
    spanId: call.trace.invocationSpanId,
    parentSpanId: call.trace.spanId,
    isParentRemote: false,
    kind: 'client',
    name: `invoke ${name}`,
    startMs: call.startMs + waitedMs,
    durationMs: Math.max(0, call.durationMs - waitedMs),
    isError: call.status >= 500 || isCutByUs(call),
    attributes: {
      'faas.invoked_name': name,
      'faas.invoked_provider': 'latchkey',
      'faas.coldstart': call.isCold,
      ...optional('faas.instance', call.instanceId),
      ...optional('faas.version', call.versionId),
      ...optional('error.type', errorOf(call)),
    },
  }
}

function functionOf({ namespace, functionName }: CallRecord): string | undefined {
  return namespace === undefined ? undefined : `${namespace}/${functionName}`
}

/** The answer had begun when something failed. */
function isCutByUs({ isWhole, code }: CallRecord): boolean {
  return !isWhole && code !== undefined
}

function errorOf(call: CallRecord): string | undefined {
  if (call.code !== undefined) return call.code
  if (call.status >= 500) return String(call.status)
  return call.isWhole ? undefined : 'caller_gone'
}

/** `example.org:8443` and `[::1]:8443` in their parts. */
function addressAttributes(host: string): Attributes {
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(host)
  if (host === '' || match === null) return {}
  const port = match[2]
  return {
    'server.address': match[1]!,
    ...optional('server.port', port === undefined ? undefined : Number(port)),
  }
}

function optional(name: string, value: string | number | undefined): Attributes {
  return value === undefined ? {} : { [name]: value }
}
