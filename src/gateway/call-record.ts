import type { CallTrace } from './call-trace.ts'
import type { EndedCall } from './ended-call.ts'
import { shownUrl } from './shown-url.ts'

/** What is sent of a call that is recorded: plain values. */
export interface CallRecord {
  readonly trace: CallTrace
  /** Milliseconds since 1970, with a fraction. */
  readonly startMs: number
  readonly durationMs: number
  readonly gatheredMs: number
  readonly queuedMs: number
  readonly method: string
  readonly proto: 'http' | 'https'
  /** Without its query. */
  readonly path: string
  readonly httpVersion: string
  readonly host: string
  readonly userAgent: string
  readonly status: number
  readonly isWhole: boolean
  readonly isCold: boolean
  readonly requestId: string
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly code: string | undefined
  readonly verdict: string | undefined
  readonly keyId: string | undefined
  readonly namespace: string | undefined
  readonly functionName: string | undefined
  readonly versionId: string | undefined
  readonly instanceId: string | undefined
  readonly remoteAddress: string | undefined
}

export function recordOf(call: EndedCall, trace: CallTrace): CallRecord {
  const { head, route, key } = call
  return {
    trace,
    startMs: Date.now() - performance.now() + call.startedAtMs,
    durationMs: call.durationMs,
    gatheredMs: call.gatheredMs,
    queuedMs: call.queuedMs,
    method: call.method,
    proto: call.proto,
    path: shownUrl(call.url),
    httpVersion: call.httpVersion,
    host: head.host,
    userAgent: head.userAgent,
    status: call.status,
    isWhole: call.isWhole,
    isCold: call.isCold,
    requestId: call.requestId,
    bytesReceived: call.bytesReceived,
    bytesSent: call.bytesSent,
    code: call.code,
    verdict: call.verdict,
    keyId: key?.id,
    namespace: route?.namespace,
    functionName: route?.name,
    versionId: route?.version?.id,
    instanceId: call.instanceId,
    remoteAddress: call.remoteAddress,
  }
}
