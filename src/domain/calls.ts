import type { ErrorCode } from './errors.ts'

/*
 * Asynchronous calls: a request is kept on the data node's disk before it is answered 202, and is given to
 * the function later, as often as it takes.
 *
 *   queued -> running -> succeeded | failed
 *               |  ^
 *               v  |
 *             retrying -> dead        also from queued: what may not run any more
 */
export const CALL_STATES = ['queued', 'running', 'retrying', 'succeeded', 'failed', 'dead'] as const
export type CallState = (typeof CALL_STATES)[number]

export const CALL_ID_PATTERN = '^call_[0-9A-Za-z]{27}$'
export const CALL_ID_BYTES = 20
export const CALL_ID_CHARS = 27

/** The part of a call that makes its request again: all but the body. */
export interface CallRequest {
  readonly method: string
  /** As the caller wrote it. */
  readonly url: string
  /** Path and query as the function shall see them. */
  readonly target: string
  /** The headers for the function as `\nname\nvalue` each, those that the gateway adds excepted. */
  readonly fields: string
  /** What the function is told of the caller, in the same form. */
  readonly callerFields: string
  readonly address: string | null
  readonly proto: 'http' | 'https'
}

/** A call that shall be kept. */
export interface NewCall {
  /** Made by the node unless given; with one that is known nothing is kept a second time. */
  readonly id?: string
  readonly functionId: string
  /** The key that let it in, by its id and by the SHA-256 of its secret in hex; null for none. */
  readonly keyId: string | null
  readonly keyDigest: string | null
  /** The name of the trigger that made it; null for a caller's. Such a call needs no key. */
  readonly trigger: string | null
  readonly request: CallRequest
  /** Null for none. */
  readonly body: Uint8Array | null
}

export type AcceptOutcome =
  | { readonly kind: 'accepted'; readonly id: string }
  | {
      readonly kind: 'refused'
      readonly code: 'function_calls_full' | 'calls_full' | 'storage_full'
    }

/** One try, as a gateway thread is given it. */
export interface CallRun {
  readonly id: string
  /** 1 is the first. */
  readonly attempt: number
  readonly call: Omit<NewCall, 'id'>
}

/** What the caller of a synchronous call would have got. */
export interface CallAnswer {
  readonly status: number
  /** `[name, value, name, value, ...]`, names in lower case. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
  /** Whether the body is longer than what is kept of it: then there is none. */
  readonly isTooLarge: boolean
}

export type RunOutcome =
  | {
      readonly kind: 'answered'
      readonly answer: CallAnswer
      /** Undefined when the function answered; else the gateway did, or broke the answer off. */
      readonly code: ErrorCode | undefined
    }
  /** What was to run it has ended meanwhile: whether it ran is not known. */
  | { readonly kind: 'interrupted' }

/** A call as its caller and operators see it. */
export interface CallView {
  readonly id: string
  readonly functionId: string
  readonly keyId: string | null
  readonly trigger: string | null
  readonly state: CallState
  readonly method: string
  readonly target: string
  readonly bodyBytes: number
  /** Those that have begun. */
  readonly attempts: number
  readonly acceptedAtMs: number
  /** Of the last try; null before the first. */
  readonly startedAtMs: number | null
  /** When it is tried next; null when it is not. */
  readonly dueAtMs: number | null
  readonly endedAtMs: number | null
  /** When it is forgotten; null as long as it has not ended. */
  readonly expiresAtMs: number | null
  /** Of the last try's answer; null when there was none. */
  readonly status: number | null
  /** Why the last try was no success, where it was not the function that said so. */
  readonly code: string | null
  /** Whether it has ended with an answer that can be had. */
  readonly isAnswerKept: boolean
}

export interface CallWithAnswer {
  readonly view: CallView
  /** Null as long as there is none, and when none was kept. */
  readonly answer: CallAnswer | null
}

export type CancelOutcome = 'cancelled' | 'under-way' | 'ended' | 'unknown'

/** Where gateway threads bring calls and ask for them. */
export interface CallDesk {
  /** Resolves when it is on the disk, or refused. */
  accept(call: NewCall): Promise<AcceptOutcome>
  view(id: string): CallView | undefined
  /** The same with its answer, which may be large. */
  find(id: string): CallWithAnswer | undefined
  /** One that is queued is forgotten. Resolves when that is on the disk. */
  cancel(id: string): Promise<CancelOutcome>
}

export interface CallQuery {
  readonly functionId: string
  /** Undefined for any. */
  readonly state: CallState | undefined
  readonly limit: number
  readonly offset: number
}

export interface CallPage {
  /** The total before paging. */
  readonly count: number
  /** The newest first. */
  readonly results: readonly CallView[]
}

export function hasEnded(state: CallState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'dead'
}
