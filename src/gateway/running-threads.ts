import type { MessagePort } from 'node:worker_threads'
import type { FirstUse } from '../domain/key-rotation.ts'
import type { UsageBatch } from '../domain/usage.ts'
import type { SlotTable } from '../engine/slots.ts'
import type { Logger } from '../observability/logger.ts'
import type { AccessLogTarget } from './access-log.ts'
import type { AsyncCallsTarget } from './async-calls.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import { ConnectionCounts } from './connection-counts.ts'
import { GatewayThread } from './gateway-thread.ts'
import type { GatewayLimits } from './limits.ts'
import type { ListenOn, ThreadState, ToThread } from './thread-messages.ts'
import type { ThreadCounts } from './thread-metrics.ts'
import type { TracingTarget } from './tracing.ts'
import { Trust } from './trust.ts'

/** What every thread is made with. */
export interface RunningThreadsOptions {
  /**
   * `fd`: a listening socket whose number is below 3. All threads listen on it and none closes it, so
   * that they can come and go while callers wait in its one queue. With a host and a port of its own
   * there can be one thread, which is never replaced; port 0 is any that is free.
   */
  readonly listenOn: ListenOn
  /** Until when what threads know may be served by; without end unless told. */
  readonly trust?: Trust
  /** Functions answer at `<label>.<domain>` too; empty for by path only. */
  readonly domain: string
  /** See `ThreadData`; nobody by default. */
  readonly trustedProxies?: readonly string[]
  /** For a port that speaks TLS: what new threads begin with. Plain HTTP by default. */
  readonly tls?: (() => TlsMaterial) | undefined
  readonly slots: SlotTable
  readonly limits: GatewayLimits
  readonly logger: Logger
  /** A thread begins, and listens when it knows what was sent to this port meanwhile: for `Engine.attachGateway`. */
  readonly attach: (threadIndex: number, enginePort: MessagePort) => void
  /**
   * A thread has crashed. Its requests still count in the slot table, so it is not replaced: the process
   * must end, and be started again by who supervises it. By default the error is thrown, which ends it.
   */
  readonly onCrash?: (error: Error) => void
  /** What a thread has counted since it last told; also what it had left to tell when it ended. */
  readonly onCounts?: (counts: ThreadCounts) => void
  /** Called with what a thread has counted for the accounting, in each interval in which it served anybody. */
  readonly onUsage?: (batch: UsageBatch) => void
  /** Called at once when the new secret of a key that is rotated has opened a function. */
  readonly onFirstUse?: (use: FirstUse) => void
  /** Where a line for each request goes; nowhere by default. */
  readonly accessLog?: AccessLogTarget | undefined
  /** Where recorded calls go; nothing is recorded by default. */
  readonly tracing?: TracingTarget | undefined
  /** Where calls are kept whose callers do not wait; by default every caller waits. */
  readonly asyncCalls?: AsyncCallsTarget | undefined
}

/** How much one thread has worked. */
export interface ThreadLoad {
  readonly name: string
  /** Of its event loop, since it began. */
  readonly activeMs: number
}

/** All threads that run, by index: those that start, those that serve, and those that finish what they have. */
export class RunningThreads {
  readonly #options: RunningThreadsOptions
  readonly #connectionCounts = ConnectionCounts.create()
  readonly #threads = new Map<number, GatewayThread>()
  readonly #trust: Trust

  constructor(options: RunningThreadsOptions) {
    this.#options = options
    this.#trust = options.trust ?? Trust.create()
  }

  get size(): number {
    return this.#threads.size
  }

  /** From here on it is told of every change, so it must have been given all that came before. */
  add(initial: ThreadState): GatewayThread {
    const index = this.#freeIndex()
    const {
      listenOn,
      domain,
      trustedProxies = [],
      slots,
      limits,
      logger,
      onCounts,
      onUsage,
      onFirstUse,
      attach,
    } = this.#options
    const thread = new GatewayThread({
      index,
      listenOn,
      domain,
      trustedProxies,
      tls: this.#options.tls?.(),
      slots,
      connectionCounts: this.#connectionCounts,
      trust: this.#trust,
      limits,
      logger,
      initial,
      onCrash: this.#options.onCrash ?? raise,
      onCounts,
      onUsage,
      onFirstUse,
      accessLog: this.#options.accessLog,
      tracing: this.#options.tracing,
      asyncCalls: this.#options.asyncCalls,
    })
    this.#threads.set(index, thread)
    void thread.exited.then(() => this.#threads.delete(index))
    attach(index, thread.enginePort)
    return thread
  }

  each<T>(act: (thread: GatewayThread) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.#threads.values()].map(act))
  }

  broadcast(message: ToThread): void {
    for (const thread of this.#threads.values()) thread.send(message)
  }

  loads(): ThreadLoad[] {
    return [...this.#threads.values()].map(({ name, activeMs }) => ({ name, activeMs }))
  }

  /** Resolves when one of them has ended. */
  async nextExit(): Promise<void> {
    await Promise.race([...this.#threads.values()].map((thread) => thread.exited))
  }

  /** No two threads that run have the same: instances and slots tell them apart by it. */
  #freeIndex(): number {
    let index = 0
    while (this.#threads.has(index)) index += 1
    return index
  }
}

function raise(error: Error): never {
  throw error
}
