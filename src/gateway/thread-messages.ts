import type { MessagePort } from 'node:worker_threads'
import type { FirstUse } from '../domain/key-rotation.ts'
import type { Change, Route } from '../domain/routes.ts'
import type { UsageBatch } from '../domain/usage.ts'
import type { FunctionNumberNews } from '../key-table/function-numbers.ts'
import type { KeyTableShare } from '../key-table/writer.ts'
import type { AccessLogShare } from './access-log.ts'
import type { AsyncCallsShare } from './async-calls.ts'
import type { CallRecord } from './call-record.ts'
import type { CallsFromThread, CallsToThread } from './calls-link.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import type { GatewayLimits } from './limits.ts'
import type { ThreadCounts } from './thread-metrics.ts'
import type { TracingShare } from './tracing.ts'

/** All that a thread knows of routes and keys. */
export interface ThreadState {
  readonly revision: number
  readonly routes: readonly Route[]
  readonly keys: KeyTableShare
}

/** A change without its keys, which are in the shared table already. */
export interface ThreadChange extends Pick<Change, 'revision' | 'routes' | 'removedFunctionIds'> {
  readonly functionNumbers: FunctionNumberNews
}

/** See `RunningThreadsOptions`. */
export type ListenOn = { readonly fd: number } | { readonly host: string; readonly port: number }

/** What a gateway thread is started with. */
export interface ThreadData {
  readonly index: number
  readonly listenOn: ListenOn
  readonly domain: string | undefined
  /** Addresses and ranges whose word on where a request comes from is believed. */
  readonly trustedProxies: readonly string[]
  /** Undefined when the port speaks plain HTTP. */
  readonly tls: TlsMaterial | undefined
  readonly limits: GatewayLimits
  /** See `SlotTable`. */
  readonly slots: SharedArrayBuffer
  /** See `ConnectionCounts`. */
  readonly connectionCounts: SharedArrayBuffer
  /** See `Trust`. */
  readonly trust: SharedArrayBuffer
  /** Undefined for none. */
  readonly accessLog: AccessLogShare | undefined
  readonly tracing: TracingShare | undefined
  /** Undefined when every caller waits. */
  readonly asyncCalls: AsyncCallsShare | undefined
  /** To the engine; its messages are in `engine/messages.ts`. */
  readonly enginePort: MessagePort
  readonly initial: ThreadState
}

export type ToThread =
  /** It knows what it has to serve. Answered by `listening` or `not-listening`. */
  | { readonly type: 'listen' }
  /** Answered by `applied` with the same ticket. */
  | { readonly type: 'apply'; readonly ticket: number; readonly change: ThreadChange }
  /** Replaces everything at once. Answered by `applied` with the same ticket. */
  | { readonly type: 'load'; readonly ticket: number; readonly state: ThreadState }
  | { readonly type: 'tls'; readonly material: TlsMaterial }
  | { readonly type: 'calls'; readonly message: CallsToThread }
  /** Answered by all that it has `counted`, then `told` with the same ticket. */
  | { readonly type: 'count'; readonly ticket: number }
  /** Each answer shall be the last on its connection. */
  | { readonly type: 'leave' }
  /**
   * Others serve now: no new connections, and answered by `left`. Those that are open end with their next
   * answer or when they have been idle for their time, and the thread with the last of them; after
   * `limitMs` as with `stop`.
   */
  | { readonly type: 'drain'; readonly limitMs: number; readonly graceMs: number }
  /**
   * No new connections, those that are idle closed, and answered by `left`. Ends the thread when what is
   * in flight has ended, or after `graceMs`.
   */
  | { readonly type: 'stop'; readonly graceMs: number }

export type FromThread =
  | { readonly type: 'listening'; readonly port: number }
  /** `code` is the system's, such as EADDRINUSE. */
  | { readonly type: 'not-listening'; readonly code: string; readonly message: string }
  /** It takes no new connection any more. */
  | { readonly type: 'left' }
  | { readonly type: 'applied'; readonly ticket: number }
  /** Also when nobody has asked: there was too much to keep, or the thread ends. */
  | { readonly type: 'counted'; readonly counts: ThreadCounts }
  /** All that was counted until it was asked for has been sent. */
  | { readonly type: 'told'; readonly ticket: number }
  | { readonly type: 'used'; readonly batches: readonly UsageBatch[] }
  /** At once, for control to know that a key's new secret is in use. */
  | { readonly type: 'first-use'; readonly use: FirstUse }
  /** Of the access log. */
  | { readonly type: 'lines'; readonly lines: Uint8Array<ArrayBuffer>; readonly count: number }
  | { readonly type: 'traced'; readonly records: readonly CallRecord[] }
  | { readonly type: 'calls'; readonly message: CallsFromThread }
  | {
      readonly type: 'log'
      readonly level: 'warn' | 'error'
      readonly fields: Readonly<Record<string, unknown>>
      readonly message: string
    }
