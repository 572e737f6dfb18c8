import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { CallRun, RunOutcome } from '../domain/calls.ts'
import type { FirstUse } from '../domain/key-rotation.ts'
import type { TestCall, TestOutcome } from '../domain/test-call.ts'
import type { UsageBatch } from '../domain/usage.ts'
import type { SlotTable } from '../engine/slots.ts'
import { unreachable } from '../lib/assert.ts'
import { type Deferred, deferred } from '../lib/deferred.ts'
import type { Logger } from '../observability/logger.ts'
import { type AccessLogTarget, shareOfLog } from './access-log.ts'
import { type AsyncCallsTarget, shareOfCalls } from './async-calls.ts'
import type { CallsAsk, CallsFromThread } from './calls-link.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { GatewayLimits } from './limits.ts'
import type {
  FromThread,
  ListenOn,
  ThreadChange,
  ThreadData,
  ThreadState,
  ToThread,
} from './thread-messages.ts'
import type { ThreadCounts } from './thread-metrics.ts'
import { shareOfTracing, type TracingTarget } from './tracing.ts'
import type { Trust } from './trust.ts'

export interface GatewayThreadOptions {
  readonly index: number
  readonly listenOn: ListenOn
  /** Functions answer at `<label>.<domain>` too; empty for by path only. */
  readonly domain: string
  readonly trustedProxies: readonly string[]
  readonly tls: TlsMaterial | undefined
  readonly slots: SlotTable
  readonly connectionCounts: ConnectionCounts
  readonly trust: Trust
  readonly limits: GatewayLimits
  readonly logger: Logger
  readonly initial: ThreadState
  /** It has ended by a mistake of its own after it began to listen. */
  readonly onCrash: (error: Error) => void
  readonly onCounts: ((counts: ThreadCounts) => void) | undefined
  readonly onUsage: ((batch: UsageBatch) => void) | undefined
  readonly onFirstUse: ((use: FirstUse) => void) | undefined
  readonly accessLog: AccessLogTarget | undefined
  readonly tracing: TracingTarget | undefined
  readonly asyncCalls: AsyncCallsTarget | undefined
}

/** The file beside this one, whether it is the source or has been compiled. */
const THREAD_URL = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js',
  import.meta.url,
)

/** The main side of one gateway thread. */
export class GatewayThread {
  readonly name: string
  /** For `Engine.attachGateway`. */
  readonly enginePort: MessagePort
  readonly #options: GatewayThreadOptions
  readonly #worker: Worker
  readonly #listening: Deferred<number> = deferred()
  readonly #left: Deferred<void> = deferred()
  readonly #exited: Deferred<void> = deferred()
  readonly #pending = new Map<number, Deferred<void>>()
  readonly #runs = new Map<number, (outcome: RunOutcome) => void>()
  readonly #tests = new Map<number, (outcome: TestOutcome) => void>()
  #lastTicket = 0
  #counting: Promise<void> | undefined
  #isListening = false
  #isStopping = false
  #hasExited = false

  constructor(options: GatewayThreadOptions) {
    const { index, listenOn, domain, trustedProxies, limits, slots, connectionCounts, initial } =
      options
    const channel = new MessageChannel()
    this.#options = options
    this.enginePort = channel.port2
    this.name = `gateway-${index}`
    const workerData: ThreadData = {
      index,
      listenOn,
      domain: domain === '' ? undefined : domain.toLowerCase(),
      trustedProxies,
      tls: options.tls,
      limits,
      slots: slots.buffer,
      connectionCounts: connectionCounts.buffer,
      trust: options.trust.buffer,
      accessLog: options.accessLog && shareOfLog(options.accessLog),
      tracing: options.tracing && shareOfTracing(options.tracing),
      asyncCalls: options.asyncCalls && shareOfCalls(options.asyncCalls),
      enginePort: channel.port1,
      initial,
    }
    this.#worker = new Worker(THREAD_URL, {
      name: this.name,
      workerData,
      transferList: [channel.port1],
    })
    this.#worker.on('message', (message: FromThread) => this.#onMessage(message))
    this.#worker.on('error', (error: Error) => this.#onCrash(error))
    this.#worker.on('exit', (code) => this.#onExit(code))
  }

  /** From now on it may serve. */
  listen(): void {
    this.send({ type: 'listen' })
  }

  /** The port; rejects when the thread cannot serve on it. */
  get listening(): Promise<number> {
    return this.#listening.promise
  }

  /** Resolves when it takes no new connection any more. */
  get left(): Promise<void> {
    return this.#left.promise
  }

  get exited(): Promise<void> {
    return this.#exited.promise
  }

  get activeMs(): number {
    return this.#worker.performance.eventLoopUtilization().active
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

  /** One try of an asynchronous call. */
  run(run: CallRun): Promise<RunOutcome> {
    if (this.#hasExited) return Promise.resolve({ kind: 'interrupted' })
    this.#lastTicket += 1
    const ticket = this.#lastTicket
    return new Promise((resolve) => {
      this.#runs.set(ticket, resolve)
      this.send({ type: 'calls', message: { kind: 'run', ticket, run } })
    })
  }

  /** One call by which an operator tries a function; the signal says that nobody waits for it any more. */
  test(test: TestCall, signal: AbortSignal): Promise<TestOutcome> {
    if (this.#hasExited || signal.aborted) return Promise.resolve({ kind: 'interrupted' })
    this.#lastTicket += 1
    const ticket = this.#lastTicket
    const { promise, resolve } = Promise.withResolvers<TestOutcome>()
    const leave = () => this.send({ type: 'calls', message: { kind: 'leave', ticket } })
    signal.addEventListener('abort', leave)
    this.#tests.set(ticket, resolve)
    this.send({ type: 'calls', message: { kind: 'test', ticket, test } })
    return promise.finally(() => signal.removeEventListener('abort', leave))
  }

  /** Others have taken its place: see `drain` in `thread-messages.ts`. */
  drain(limitMs: number, graceMs: number): void {
    this.#isStopping = true
    this.send({ type: 'drain', limitMs, graceMs })
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    this.send({ type: 'stop', graceMs })
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
        this.#isListening = true
        this.#listening.resolve(message.port)
        break
      case 'not-listening':
        this.#isStopping = true
        this.#listening.reject(Object.assign(new Error(message.message), { code: message.code }))
        break
      case 'left':
        this.#left.resolve()
        break
      case 'applied':
        this.#settle(message.ticket)
        break
      case 'counted':
        this.#options.onCounts?.(message.counts)
        break
      case 'told':
        this.#settle(message.ticket)
        break
      case 'used':
        for (const batch of message.batches) this.#options.onUsage?.(batch)
        break
      case 'first-use':
        this.#options.onFirstUse?.(message.use)
        break
      case 'lines':
        this.#options.accessLog?.take(message.lines, message.count)
        break
      case 'traced':
        this.#options.tracing?.take(message.records)
        break
      case 'calls':
        this.#onCalls(message.message)
        break
      case 'log':
        this.#options.logger[message.level](message.fields, message.message)
        break
      default:
        unreachable(message)
    }
  }

  #onCalls(message: CallsFromThread): void {
    const { ticket } = message
    if (message.kind === 'ran') {
      this.#runs.get(ticket)?.(message.outcome)
      this.#runs.delete(ticket)
      return
    }
    if (message.kind === 'tested') {
      this.#tests.get(ticket)?.(message.outcome)
      this.#tests.delete(ticket)
      return
    }
    this.#answer(message.ask).then(
      (answer) => this.send({ type: 'calls', message: { kind: 'answer', ticket, answer } }),
      (err) => {
        this.#options.logger.error({ err }, 'asynchronous calls could not be read or written')
        this.send({ type: 'calls', message: { kind: 'failed', ticket } })
      },
    )
  }

  async #answer(ask: CallsAsk): Promise<unknown> {
    const { desk } = this.#options.asyncCalls!
    switch (ask.what) {
      case 'accept':
        return await desk.accept(ask.call)
      case 'view':
        return desk.view(ask.id)
      case 'find':
        return desk.find(ask.id)
      case 'cancel':
        return await desk.cancel(ask.id)
      default:
        return unreachable(ask)
    }
  }

  #settle(ticket: number): void {
    this.#pending.get(ticket)?.resolve()
    this.#pending.delete(ticket)
  }

  #onCrash(error: Error): void {
    this.#isStopping = true
    this.#options.logger.fatal({ err: error }, 'a gateway thread has crashed')
    this.#listening.reject(error)
    // One that never listened had no request, so nothing of it is left behind.
    if (this.#isListening) this.#options.onCrash(error)
  }

  #onExit(code: number): void {
    const isExpected = this.#isStopping
    this.#hasExited = true
    this.enginePort.close()
    for (const pending of this.#pending.values()) pending.resolve()
    this.#pending.clear()
    for (const ran of this.#runs.values()) ran({ kind: 'interrupted' })
    this.#runs.clear()
    for (const tested of this.#tests.values()) tested({ kind: 'interrupted' })
    this.#tests.clear()
    if (!isExpected) this.#onCrash(new Error(`a gateway thread ended with code ${code}`))
    this.#listening.reject(new Error('the thread was stopped before it listened'))
    this.#left.resolve()
    this.#exited.resolve()
  }
}
