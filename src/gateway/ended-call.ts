import type { ErrorCode } from '../domain/errors.ts'
import type { KeyVerdict } from '../domain/key-verdict.ts'
import type { Route } from '../domain/routes.ts'
import type { KeyIdentity } from './key-table.ts'
import type { RequestHead } from './request-head.ts'

/**
 * A request that has ended, as metrics, usage, the access log and traces see it. It is the call itself:
 * good only while the observer runs, and nothing of it is made before an observer asks.
 */
export interface EndedCall {
  readonly requestId: string
  readonly method: string
  /** As the caller wrote it: path and query, possibly with a secret that somebody put there. */
  readonly url: string
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string
  readonly head: RequestHead
  /** The address of the caller: the socket's, or what a trusted proxy says. */
  readonly remoteAddress: string | undefined
  readonly proto: 'http' | 'https'
  /** Undefined when no function answers there. */
  readonly route: Route | undefined
  /** Undefined when the request was refused before its key was looked at. */
  readonly verdict: KeyVerdict | undefined
  /** The key that was presented, as soon as it is known, whatever the verdict. */
  readonly key: KeyIdentity | undefined
  /** What the caller got; 0 when it left before there was an answer. */
  readonly status: number
  /** Undefined when the function answered. */
  readonly code: ErrorCode | undefined
  /** Whether the answer reached its end; false when it was cut off or the caller left. */
  readonly isWhole: boolean
  /** Bytes of bodies. */
  readonly bytesReceived: number
  readonly bytesSent: number
  /** Of `performance.now()`, milliseconds. */
  readonly startedAtMs: number
  /** From the end of the request's head to the end of the answer, milliseconds. */
  readonly durationMs: number
  /** Spent waiting for a small body before an instance was sought, milliseconds. */
  readonly gatheredMs: number
  /** Spent waiting for an instance, milliseconds. */
  readonly queuedMs: number
  /** Whether it waited for an instance to be started. */
  readonly isCold: boolean
  /** Undefined when none was given it. */
  readonly instanceId: string | undefined
  /** Of an asynchronous call, when it was accepted and at each try. */
  readonly callId?: string | undefined
  /** Whether an operator made it to try the function. */
  readonly isTest?: boolean
}

/** A request that never became a call: it is no HTTP, came too slowly, or wants more than HTTP. */
export interface EarlyRefusal {
  readonly requestId: string
  /** Undefined when its head could not be read; so is `url`. */
  readonly method: string | undefined
  readonly url: string | undefined
  readonly remoteAddress: string | undefined
  /** 0 when the connection was closed without a word. */
  readonly status: number
  readonly code: ErrorCode
  /** Of the answer's body. */
  readonly bytesSent: number
}

/** Told of each request once, when it has ended, however it did. It must not throw and not be slow. */
export interface CallObserver {
  ended(call: EndedCall): void
  refusedEarly?(refusal: EarlyRefusal): void
}
