import type { MessagePort } from 'node:worker_threads'
import type { Change, Route } from '../domain/routes.ts'
import type { FunctionNumberNews } from '../key-table/function-numbers.ts'
import type { KeyTableShare } from '../key-table/writer.ts'
import type { GatewayLimits } from './limits.ts'
import type { ThreadCounts } from './thread-metrics.ts'

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

/** What a gateway thread is started with. */
export interface ThreadData {
  readonly index: number
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Whether other threads listen on the same port. */
  readonly isShared: boolean
  readonly domain: string | undefined
  readonly limits: GatewayLimits
  /** See `SlotTable`. */
  readonly slots: SharedArrayBuffer
  /** To the engine; its messages are in `engine/messages.ts`. */
  readonly enginePort: MessagePort
  readonly initial: ThreadState
}

export type ToThread =
  /** Answered by `applied` with the same ticket. */
  | { readonly type: 'apply'; readonly ticket: number; readonly change: ThreadChange }
  /** Replaces everything at once. Answered by `applied` with the same ticket. */
  | { readonly type: 'load'; readonly ticket: number; readonly state: ThreadState }
  | { readonly type: 'stale'; readonly stale: boolean }
  /** Answered by `counted` with the same ticket. */
  | { readonly type: 'count'; readonly ticket: number }
  /** Answered by the end of the thread. */
  | { readonly type: 'stop'; readonly graceMs: number }

export type FromThread =
  | { readonly type: 'listening'; readonly port: number }
  /** `code` is the system's, such as EADDRINUSE. */
  | { readonly type: 'not-listening'; readonly code: string; readonly message: string }
  | { readonly type: 'applied'; readonly ticket: number }
  /** The ticket is undefined when nobody has asked: there was too much to keep, or the thread ends. */
  | {
      readonly type: 'counted'
      readonly ticket: number | undefined
      readonly counts: ThreadCounts
    }
  | {
      readonly type: 'log'
      readonly level: 'warn' | 'error'
      readonly fields: Readonly<Record<string, unknown>>
      readonly message: string
    }
