import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Change } from '../domain/routes.ts'
import type { SlotTable } from '../engine/slots.ts'
import type { NodeState } from '../feed/nodes.ts'
import { unreachable } from '../lib/assert.ts'
import { type Deferred, deferred, withTimeout } from '../lib/deferred.ts'
import type { Logger } from '../observability/logger.ts'
import type { GatewayLimits } from './limits.ts'
import type {
  FromThread,
  ThreadChange,
  ThreadData,
  ThreadState,
  ToThread,
} from './thread-messages.ts'
import type { ThreadCounts } from './thread-metrics.ts'

export interface GatewayThreadsOptions {
  readonly count: number
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Functions answer at `<label>.<domain>` too; empty for by path only. */
  readonly domain: string
  readonly slots: SlotTable
  readonly limits: GatewayLimits
  readonly logger: Logger
  /** Its keys are read by every thread; what is written to them is in force at once. */
  readonly initial: NodeState
  /**
   * A thread has crashed. Its requests still count in the slot table, so it is not replaced: the process
   * must end, and be started again by who supervises it. By default the error is thrown, which ends it.
   */
  readonly onCrash?: (error: Error) => void
  /** What a thread has counted since it last told; also what it had left to tell when it ended. */
  readonly onCounts?: (counts: ThreadCounts) => void
}

/** How much one thread has worked. */
export interface ThreadLoad {
  readonly name: string
  /** Of its event loop, since it began. */
  readonly activeMs: number
}

export interface GatewayThreads {
  readonly port: number
  /** One per thread, for `Engine.attachGateway`. */
  readonly enginePorts: readonly MessagePort[]
  /**
   * The change's keys must be in the key table already. Resolves when every thread has applied it: no
   * later request is judged without it.
   */
  apply(change: Change): Promise<void>
  /** Replaces everything, at once in each thread. */
  load(state: NodeState): Promise<void>
  /** While true every call is answered 503. */
  setStale(stale: boolean): void
  /** Has every thread tell its counts, and resolves with how many did not within `timeoutMs`. */
  count(timeoutMs: number): Promise<number>
  loads(): ThreadLoad[]
  /** Stops listening; what is in flight may end within `graceMs`. */
  stop(graceMs: number): Promise<void>
}

/** Rejects with the system's error and its `code` when the port cannot be had. */
export async function startGatewayThreads(options: GatewayThreadsOptions): Promise<GatewayThreads> {
  const isShared = options.count > 1
  // With `reusePort` two servers would share a port that they were both given by mistake.
  let port = isShared ? await freePort(options.host, options.port) : options.port
  const threads: Thread[] = []
  let { keys } = options.initial
  try {
    for (let index = 0; index < options.count; index++) {
      const thread = new Thread(index, port, isShared, options)
      threads.push(thread)
      port = await thread.listening
    }
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.stop(0)))
    throw error
  }
  return {
    port,
    enginePorts: threads.map((thread) => thread.enginePort),
    async apply({ revision, routes, removedFunctionIds }) {
      await keys.publish((functionNumbers) => {
        const change = { revision, routes, removedFunctionIds, functionNumbers }
        return Promise.all(threads.map((thread) => thread.apply(change)))
      })
    },
    async load(state) {
      keys = state.keys
      await Promise.all(threads.map((thread) => thread.load(threadState(state))))
    },
    setStale(stale) {
      for (const thread of threads) thread.send({ type: 'stale', stale })
    },
    async count(timeoutMs) {
      const answers = threads.map((thread) =>
        withTimeout(
          thread.count().then(() => 0),
          timeoutMs,
          1,
        ),
      )
      return (await Promise.all(answers)).reduce<number>((sum, silent) => sum + silent, 0)
    },
    loads: () => threads.map(({ name, activeMs }) => ({ name, activeMs })),
    async stop(graceMs) {
      await Promise.all(threads.map((thread) => thread.stop(graceMs)))
    },
  }
}

function threadState({ revision, routes, keys }: NodeState): ThreadState {
  return { revision, routes, keys: keys.share() }
}

async function freePort(host: string, port: number): Promise<number> {
  const probe = createServer().listen({ host, port })
  await once(probe, 'listening')
  const found = (probe.address() as AddressInfo).port
  probe.close()
  await once(probe, 'close')
  return found
}

/** The file beside this one, whether it is the source or has been compiled. */
const THREAD_URL = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js',
  import.meta.url,
)

/** The main side of one gateway thread. */
class Thread {
  readonly name: string
  readonly enginePort: MessagePort
  readonly #onCounts: GatewayThreadsOptions['onCounts']
  readonly #worker: Worker
  readonly #logger: Logger
  readonly #listening: Deferred<number> = deferred()
  readonly #exited: Deferred<void> = deferred()
  readonly #pending = new Map<number, Deferred<void>>()
  #lastTicket = 0
  #counting: Promise<void> | undefined
  #isStopping = false
  #hasExited = false

  constructor(index: number, port: number, isShared: boolean, options: GatewayThreadsOptions) {
    const { host, limits, slots, initial, logger } = options
    const channel = new MessageChannel()
    this.enginePort = channel.port2
    this.#logger = logger
    this.#onCounts = options.onCounts
    this.name = `gateway-${index}`
    const workerData: ThreadData = {
      index,
      host,
      port,
      isShared,
      domain: options.domain === '' ? undefined : options.domain.toLowerCase(),
      limits,
      slots: slots.buffer,
      enginePort: channel.port1,
      initial: threadState(initial),
    }
    this.#worker = new Worker(THREAD_URL, {
      name: this.name,
      workerData,
      transferList: [channel.port1],
    })
    this.#worker.on('message', (message: FromThread) => this.#onMessage(message))
    this.#worker.on('error', (error: Error) => this.#onCrash(error, options))
    this.#worker.on('exit', (code) => this.#onExit(code, options))
  }

  /** The port; rejects when it cannot be had. */
  get listening(): Promise<number> {
    return this.#listening.promise
  }

  send(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  apply(change: ThreadChange): Promise<void> {
    return this.#ask((ticket) => ({ type: 'apply', ticket, change }))
  }

  load(state: ThreadState): Promise<void> {
    return this.#ask((ticket) => ({ type: 'load', ticket, state }))
  }

  /** One that hangs is asked once, however often it should be. */
  count(): Promise<void> {
    this.#counting ??= this.#ask((ticket) => ({ type: 'count', ticket })).finally(() => {
      this.#counting = undefined
    })
    return this.#counting
  }

  get activeMs(): number {
    return this.#worker.performance.eventLoopUtilization().active
  }

  async stop(graceMs: number): Promise<void> {
    if (!this.#isStopping) this.send({ type: 'stop', graceMs })
    this.#isStopping = true
    await this.#exited.promise
  }

  #ask(message: (ticket: number) => ToThread): Promise<void> {
    // A thread that has ended serves nobody: nothing is left to wait for.
    if (this.#hasExited) return Promise.resolve()
    this.#lastTicket += 1
    const pending = deferred<void>()
    this.#pending.set(this.#lastTicket, pending)
    this.send(message(this.#lastTicket))
    return pending.promise
  }

  #onMessage(message: FromThread): void {
    switch (message.type) {
      case 'listening':
        this.#listening.resolve(message.port)
        break
      case 'not-listening':
        this.#isStopping = true
        this.#listening.reject(Object.assign(new Error(message.message), { code: message.code }))
        break
      case 'applied':
        this.#settle(message.ticket)
        break
      case 'counted':
        this.#onCounts?.(message.counts)
        if (message.ticket !== undefined) this.#settle(message.ticket)
        break
      case 'log':
        this.#logger[message.level](message.fields, message.message)
        break
      default:
        unreachable(message)
    }
  }

  #settle(ticket: number): void {
    this.#pending.get(ticket)?.resolve()
    this.#pending.delete(ticket)
  }

  #onCrash(error: Error, options: GatewayThreadsOptions): void {
    this.#isStopping = true
    this.#logger.fatal({ err: error }, 'a gateway thread has crashed')
    this.#listening.reject(error)
    if (options.onCrash !== undefined) options.onCrash(error)
    else throw error
  }

  #onExit(code: number, options: GatewayThreadsOptions): void {
    const isExpected = this.#isStopping
    this.#hasExited = true
    this.enginePort.close()
    for (const pending of this.#pending.values()) pending.resolve()
    this.#pending.clear()
    this.#exited.resolve()
    if (!isExpected) this.#onCrash(new Error(`a gateway thread ended with code ${code}`), options)
  }
}
