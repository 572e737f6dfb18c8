import type { MessagePort } from 'node:worker_threads'
import type { Route, Version } from '../domain/routes.ts'
import type { LogLine } from '../feed/log-query.ts'
import type { InstanceCounts } from '../feed/nodes.ts'
import { unreachable } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { MetricPart } from '../observability/metric-parts.ts'
import { EngineMetrics } from './engine-metrics.ts'
import { FunctionPool } from './function-pool.ts'
import type { Instance, InstanceEvents, StartOutcome } from './instance.ts'
import { Launcher, type LauncherOptions } from './launcher.ts'
import type { CapturedLine } from './log-lines.ts'
import { LogStore } from './log-store.ts'
import type { FromGateway } from './messages.ts'
import { SlotAllocator } from './slot-allocator.ts'
import type { SlotTable } from './slots.ts'
import { GatewayThreads } from './threads.ts'

export interface EngineOptions extends LauncherOptions {
  readonly logsFolder: string
  readonly slots: SlotTable
  /** How many requests an instance takes at a time. */
  readonly slotsPerInstance: number
  readonly idleTimeoutMs: number
  /** How long an instance may take to obey STOP, and then TERM. */
  readonly stopGraceMs: number
  readonly clock: Clock
  /** Of one function. */
  readonly logBytesMax?: number
  readonly logAgeMaxMs?: number
}

const TICK_MS = 1000
const FORGET_LOGS_EVERY_MS = 3_600_000
/** Of a version's id in a log line: enough to tell a function's versions apart. */
const VERSION_ID_CHARS = 8

/** Starts and stops the instances of all functions of this node. Belongs into the main thread. */
export class Engine {
  /** What functions wrote. */
  readonly logStore: LogStore
  readonly #options: EngineOptions
  readonly #threads = new GatewayThreads()
  readonly #allocator: SlotAllocator
  readonly #pools = new Map<string, FunctionPool>()
  /** Of functions that are removed, until their last instance is gone. */
  readonly #removed = new Map<string, FunctionPool>()
  readonly #ownerOf = new Map<string, FunctionPool>()
  readonly #metrics = new EngineMetrics()
  readonly #launcher: Launcher
  readonly #timer: NodeJS.Timeout
  readonly #logTimer: NodeJS.Timeout
  #stopping: Promise<void> | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#launcher = new Launcher(options, this.#metrics)
    this.#allocator = new SlotAllocator(options.slots)
    const { logBytesMax, logAgeMaxMs } = options
    this.logStore = new LogStore({
      folder: options.logsFolder,
      clock: options.clock,
      ...(logBytesMax === undefined ? {} : { bytesMax: logBytesMax }),
      ...(logAgeMaxMs === undefined ? {} : { ageMaxMs: logAgeMaxMs }),
      onError: (err) => options.logger.error({ err }, 'lines of functions cannot be written'),
    })
    this.logStore.forgetOld()
    this.#logTimer = setInterval(() => this.logStore.forgetOld(), FORGET_LOGS_EVERY_MS).unref()
    this.#timer = setInterval(() => this.tick(), TICK_MS).unref()
  }

  /** Applies what a change says of the functions. A function that is not named stays as it is. */
  applyRoutes(routes: readonly Route[], removedFunctionIds: readonly string[]): void {
    for (const route of routes) {
      this.#pool(route.functionId).setRoute(route)
      if (route.version !== null && !route.disabled) this.#launcher.expect(route.version)
    }
    for (const functionId of removedFunctionIds) {
      const pool = this.#pools.get(functionId)
      if (pool === undefined) {
        if (!this.#removed.has(functionId)) this.logStore.remove(functionId)
        continue
      }
      this.#pools.delete(functionId)
      this.#removed.set(functionId, pool)
      pool.setRoute(undefined)
    }
  }

  /** From now on the thread hears of all instances, those that are ready already first. */
  attachGateway(threadIndex: number, port: MessagePort): void {
    this.#threads.attach(threadIndex, port, (message) => this.#hear(threadIndex, message))
    for (const pool of this.#pools.values()) pool.introduce(threadIndex)
  }

  /**
   * Starts an instance of the route's version and keeps it for half a minute, so that the first
   * call finds it once the routes bring that version. The message is for the function's owner.
   */
  async tryVersion(route: Route): Promise<StartOutcome> {
    if (route.version === null) return { kind: 'failed', message: 'There is no version to start.' }
    const prepared = await this.#launcher.prepare(route.version)
    if (prepared.kind === 'failed') return prepared
    if (this.#stopping) return { kind: 'failed', message: 'The node is stopping.' }
    return this.#pool(route.functionId).tryVersion(route, route.version)
  }

  /** By function id; only of the version that serves. */
  status(): Record<string, InstanceCounts> {
    return Object.fromEntries([...this.#pools].map(([id, pool]) => [id, pool.counts()]))
  }

  /** Its numbers as they are now. */
  metrics(): Generator<MetricPart> {
    const pools = [...this.#pools.values()]
    const now = pools.flatMap((pool) => pool.now() ?? [])
    const there = new Set(pools.map((pool) => pool.label))
    return this.#metrics.parts(now, this.#launcher.spareCount, there)
  }

  /** The newest `limit` lines, newest last. */
  logs(functionId: string, limit: number): LogLine[] {
    return this.logStore.tail(functionId, limit)
  }

  /** Removes the lines of functions that are not there: they were removed while this node was down. */
  forgetStrangers(): void {
    this.logStore.keepOnly((id) => this.#pools.has(id) || this.#removed.has(id))
  }

  /** What is done once a second: stops the idle, starts what may be tried again, ends strays. */
  tick(): void {
    this.#launcher.endStrays()
    for (const pool of this.#pools.values()) pool.update()
    for (const [functionId, pool] of this.#removed) {
      pool.update()
      if (!pool.isEmpty) continue
      this.#removed.delete(functionId)
      if (!this.#pools.has(functionId)) this.logStore.remove(functionId)
    }
  }

  /** Lets what is in flight end for a moment, then ends all instances. No process is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer)
    clearInterval(this.#logTimer)
    const pools = [...this.#pools.values(), ...this.#removed.values()]
    await Promise.all([
      this.#launcher.closeSpares(),
      ...pools.map((pool) => pool.close(this.#options.stopGraceMs)),
    ])
    this.#launcher.endStrays()
    this.logStore.flush()
    this.#launcher.close()
  }

  #hear(threadIndex: number, message: FromGateway): void {
    switch (message.type) {
      case 'demand':
        this.#pools.get(message.functionId)?.demand(threadIndex, message.versionId, message.queued)
        return
      case 'instance-hung':
        this.#ownerOf.get(message.instanceId)?.hung(message.instanceId)
        return
      default:
        unreachable(message)
    }
  }

  #pool(functionId: string): FunctionPool {
    const existing = this.#pools.get(functionId)
    if (existing !== undefined) return existing
    const { slots, slotsPerInstance, idleTimeoutMs, stopGraceMs, clock } = this.#options
    const pool: FunctionPool = new FunctionPool(functionId, {
      slots,
      slotsPerInstance,
      idleTimeoutMs,
      stopGraceMs,
      clock,
      allocator: this.#allocator,
      threads: this.#threads,
      launch: (route, version, slot, events) => this.#launch(pool, route, version, slot, events),
      note: (id, message) => this.#log(id, '', 'system', { requestId: null, message }, ''),
    })
    this.#pools.set(functionId, pool)
    return pool
  }

  #launch(
    pool: FunctionPool,
    route: Route,
    version: Version,
    slot: number,
    events: Pick<InstanceEvents, 'onEnded' | 'onRetire'>,
  ): Instance {
    const { functionId } = route
    const instance = this.#launcher.launch(route, version, slot, {
      onLine: (id, stream, line) => this.#log(functionId, id, stream, line, version.id),
      ...events,
    })
    this.#ownerOf.set(instance.id, pool)
    void instance.gone.then(() => this.#ownerOf.delete(instance.id))
    return instance
  }

  #log(
    functionId: string,
    instanceId: string,
    stream: LogLine['stream'],
    { requestId, message }: CapturedLine,
    version: string,
  ): void {
    const timeMs = this.#options.clock.now()
    const versionId = version.slice(0, VERSION_ID_CHARS)
    const line = { timeMs, instanceId, stream, requestId, message, versionId }
    this.logStore.append(functionId, line)
  }
}
