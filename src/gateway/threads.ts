import type { MessagePort } from 'node:worker_threads'
import type { Change } from '../domain/routes.ts'
import type { UsageBatch } from '../domain/usage.ts'
import { GATEWAY_THREADS_AT_ONCE } from '../engine/marker.ts'
import type { SlotTable } from '../engine/slots.ts'
import type { NodeState } from '../feed/nodes.ts'
import { withTimeout } from '../lib/deferred.ts'
import type { Logger } from '../observability/logger.ts'
import type { AccessLogTarget } from './access-log.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import { ConnectionCounts } from './connection-counts.ts'
import { GatewayThread } from './gateway-thread.ts'
import type { GatewayLimits } from './limits.ts'
import type { ListenOn, ThreadState, ToThread } from './thread-messages.ts'
import type { ThreadCounts } from './thread-metrics.ts'
import type { TracingTarget } from './tracing.ts'

export interface GatewayThreadsOptions {
  readonly count: number
  /**
   * `fd`: a listening socket whose number is below 3. All threads listen on it and none closes it, so
   * that they can come and go while callers wait in its one queue. With a host and a port of its own
   * there can be one thread, which is never replaced; port 0 is any that is free.
   */
  readonly listenOn: ListenOn
  /** Functions answer at `<label>.<domain>` too; empty for by path only. */
  readonly domain: string
  /** See `ThreadData`; nobody by default. */
  readonly trustedProxies?: readonly string[]
  /** For a port that speaks TLS: what new threads begin with. Plain HTTP by default. */
  readonly tls?: (() => TlsMaterial) | undefined
  readonly slots: SlotTable
  readonly limits: GatewayLimits
  readonly logger: Logger
  /** What is served at the moment. Its keys are read by every thread; what is written to them is in force at once. */
  readonly state: () => NodeState
  /** A thread begins, and listens when it knows what was sent to this port meanwhile: for `Engine.attachGateway`. */
  readonly attach: (threadIndex: number, enginePort: MessagePort) => void
  /** How long threads that were replaced may finish what they have. */
  readonly drainMs: number
  /** How long what is still in flight then may take before it is refused. */
  readonly graceMs: number
  /** No thread takes new connections any more: the socket is of no use. */
  readonly onLeft?: () => void
  /**
   * A thread has crashed. Its requests still count in the slot table, so it is not replaced: the process
   * must end, and be started again by who supervises it. By default the error is thrown, which ends it.
   */
  readonly onCrash?: (error: Error) => void
  /** What a thread has counted since it last told; also what it had left to tell when it ended. */
  readonly onCounts?: (counts: ThreadCounts) => void
  /** Called with what a thread has counted for the accounting, in each interval in which it served anybody. */
  readonly onUsage?: (batch: UsageBatch) => void
  /** Where a line for each request goes; nowhere by default. */
  readonly accessLog?: AccessLogTarget | undefined
  /** Where recorded calls go; nothing is recorded by default. */
  readonly tracing?: TracingTarget | undefined
}

/** How much one thread has worked. */
export interface ThreadLoad {
  readonly name: string
  /** Of its event loop, since it began. */
  readonly activeMs: number
}

export interface GatewayThreads {
  readonly port: number
  /**
   * The change's keys must be in the key table already. Resolves when every thread has applied it, also
   * those that only finish what they have: no later request is judged without it.
   */
  apply(change: Change): Promise<void>
  /** Replaces everything, at once in each thread. */
  load(state: NodeState): Promise<void>
  /** While true every call is answered 503. */
  setStale(stale: boolean): void
  /** Handshakes from now on use it. */
  setTls(material: TlsMaterial): void
  /** Has every thread tell its counts, and resolves with how many did not within `timeoutMs`. */
  count(timeoutMs: number): Promise<number>
  loads(): ThreadLoad[]
  /**
   * New threads take the place of all: they serve when it resolves, and no call has been lost. The old
   * ones finish what they have. Rejects when the new ones cannot serve; then the old ones go on.
   */
  replace(): Promise<void>
  /** From now on each answer is the last on its connection; all go on being served. */
  leave(): void
  /** Stops listening; what is in flight may end within `graceMs`. A second call may shorten that. */
  stop(graceMs: number): Promise<void>
}

/** So many generations of threads may run at a time: one serves, the others finish what they have. */
const GENERATIONS_MAX = 4

/** Rejects with the system's error and its `code` when the port cannot be had. */
export async function startGatewayThreads(options: GatewayThreadsOptions): Promise<GatewayThreads> {
  const threads = new ThreadSet(options)
  await threads.start()
  return threads
}

class ThreadSet implements GatewayThreads {
  port = 0
  readonly #options: GatewayThreadsOptions
  readonly #connectionCounts = ConnectionCounts.create()
  /** All that run, by index: those that start, those that serve, and those that finish what they have. */
  readonly #threads = new Map<number, GatewayThread>()
  #serving: readonly GatewayThread[] = []
  #keys: NodeState['keys']
  #isStale = false
  #isStopping = false
  #replacing: Promise<unknown> = Promise.resolve()
  #nextReplacing: Promise<void> | undefined

  constructor(options: GatewayThreadsOptions) {
    this.#options = options
    this.#keys = options.state().keys
  }

  async start(): Promise<void> {
    this.#serving = await this.#startAll()
  }

  async apply({ revision, routes, removedFunctionIds }: Change): Promise<void> {
    await this.#keys.publish((functionNumbers) => {
      const change = { revision, routes, removedFunctionIds, functionNumbers }
      return this.#each((thread) => thread.apply(change))
    })
  }

  async load(state: NodeState): Promise<void> {
    this.#keys = state.keys
    await this.#each((thread) => thread.load(threadState(state)))
  }

  setStale(stale: boolean): void {
    this.#isStale = stale
    this.#broadcast({ type: 'stale', stale })
  }

  setTls(material: TlsMaterial): void {
    this.#broadcast({ type: 'tls', material })
  }

  async count(timeoutMs: number): Promise<number> {
    const silent = await this.#each((thread) => {
      const told = thread.count().then(() => 0)
      return withTimeout(told, timeoutMs, 1)
    })
    return silent.reduce<number>((sum, one) => sum + one, 0)
  }

  loads(): ThreadLoad[] {
    return [...this.#threads.values()].map(({ name, activeMs }) => ({ name, activeMs }))
  }

  /** Who asks while another replacement runs gets the next one, which serves all who asked meanwhile. */
  replace(): Promise<void> {
    if (this.#nextReplacing !== undefined) return this.#nextReplacing
    const next = this.#replacing.then(() => {
      this.#nextReplacing = undefined
      return this.#replace()
    })
    this.#nextReplacing = next
    this.#replacing = next.catch(() => {
      // Told to who asked.
    })
    return next
  }

  leave(): void {
    this.#broadcast({ type: 'leave' })
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    const ends = this.#each((thread) => thread.stop(graceMs))
    await this.#each((thread) => thread.left)
    this.#options.onLeft?.()
    await ends
  }

  async #replace(): Promise<void> {
    await this.#room()
    if (this.#isStopping) return
    const old = this.#serving
    const { drainMs, graceMs } = this.#options
    try {
      this.#serving = await this.#startAll()
    } catch (error) {
      // Those that serve and those that were about to are all ended by the stop.
      if (this.#isStopping) return
      throw error
    }
    if (this.#isStopping) return
    for (const thread of old) thread.drain(drainMs, graceMs)
  }

  /** Each thread takes memory and a place in every instance's marker: not too many finish at a time. */
  async #room(): Promise<void> {
    const { count } = this.#options
    const most = Math.min(count * GENERATIONS_MAX, GATEWAY_THREADS_AT_ONCE) - count
    while (this.#threads.size > most) {
      await Promise.race([...this.#threads.values()].map((thread) => thread.exited))
    }
  }

  async #startAll(): Promise<GatewayThread[]> {
    const state = threadState(this.#options.state())
    const fresh = Array.from({ length: this.#options.count }, () => this.#add(state))
    try {
      const ports = await Promise.all(fresh.map((thread) => thread.listening))
      this.port = ports[0]!
      return fresh
    } catch (error) {
      await Promise.all(fresh.map((thread) => thread.stop(0)))
      throw error
    }
  }

  /** From here on it is told of every change, so it must have been given all that came before. */
  #add(initial: ThreadState): GatewayThread {
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
      limits,
      logger,
      initial,
      onCrash: this.#options.onCrash ?? raise,
      onCounts,
      onUsage,
      accessLog: this.#options.accessLog,
      tracing: this.#options.tracing,
    })
    this.#threads.set(index, thread)
    void thread.exited.then(() => this.#threads.delete(index))
    if (this.#isStale) thread.send({ type: 'stale', stale: true })
    attach(index, thread.enginePort)
    return thread
  }

  /** No two threads that run have the same: instances and slots tell them apart by it. */
  #freeIndex(): number {
    let index = 0
    while (this.#threads.has(index)) index += 1
    return index
  }

  #each<T>(act: (thread: GatewayThread) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.#threads.values()].map(act))
  }

  #broadcast(message: ToThread): void {
    for (const thread of this.#threads.values()) thread.send(message)
  }
}

function threadState({ revision, routes, keys }: NodeState): ThreadState {
  return { revision, routes, keys: keys.share() }
}

function raise(error: Error): never {
  throw error
}
