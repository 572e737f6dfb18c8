import type { CallRun, RunOutcome } from '../domain/calls.ts'
import type { Change } from '../domain/routes.ts'
import type { TestCall, TestOutcome } from '../domain/test-call.ts'
import { GATEWAY_THREADS_AT_ONCE } from '../engine/marker.ts'
import type { NodeState } from '../feed/nodes.ts'
import { withTimeout } from '../lib/deferred.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import type { GatewayThread } from './gateway-thread.ts'
import { RunningThreads, type RunningThreadsOptions, type ThreadLoad } from './running-threads.ts'
import type { ThreadState } from './thread-messages.ts'

export interface GatewayThreadsOptions extends RunningThreadsOptions {
  readonly count: number
  /** What is served at the moment. Its keys are read by every thread; what is written to them is in force at once. */
  readonly state: () => NodeState
  /** The first threads begin at once, but serve nobody before this resolves; until then the state may be anything. */
  readonly stateKnown?: Promise<unknown>
  /** How long threads that were replaced may finish what they have. */
  readonly drainMs: number
  /** How long what is still in flight then may take before it is refused. */
  readonly graceMs: number
  /** No thread takes new connections any more: the socket is of no use. */
  readonly onLeft?: () => void
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
  /** Handshakes from now on use it. */
  setTls(material: TlsMaterial): void
  /** Has every thread tell its counts, and resolves with how many did not within `timeoutMs`. */
  count(timeoutMs: number): Promise<number>
  loads(): ThreadLoad[]
  /** One try of an asynchronous call, in any thread that serves. */
  run(run: CallRun): Promise<RunOutcome>
  /** One call by which an operator tries a function, in any thread that serves. */
  test(test: TestCall, signal: AbortSignal): Promise<TestOutcome>
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
  readonly #running: RunningThreads
  #serving: readonly GatewayThread[] = []
  #keys: NodeState['keys']
  #isStopping = false
  #runs = 0
  #replacing: Promise<unknown> = Promise.resolve()
  #nextReplacing: Promise<void> | undefined

  constructor(options: GatewayThreadsOptions) {
    this.#options = options
    this.#running = new RunningThreads(options)
    this.#keys = options.state().keys
  }

  async start(): Promise<void> {
    this.#serving = await this.#startAll(this.#options.stateKnown)
  }

  async apply({ revision, routes, removedFunctionIds }: Change): Promise<void> {
    await this.#keys.publish((functionNumbers) => {
      const change = { revision, routes, removedFunctionIds, functionNumbers }
      return this.#running.each((thread) => thread.apply(change))
    })
  }

  async load(state: NodeState): Promise<void> {
    this.#keys = state.keys
    await this.#running.each((thread) => thread.load(threadState(state)))
  }

  setTls(material: TlsMaterial): void {
    this.#running.broadcast({ type: 'tls', material })
  }

  async count(timeoutMs: number): Promise<number> {
    const silent = await this.#running.each((thread) => {
      const told = thread.count().then(() => 0)
      return withTimeout(told, timeoutMs, 1)
    })
    return silent.reduce<number>((sum, one) => sum + one, 0)
  }

  loads(): ThreadLoad[] {
    return this.#running.loads()
  }

  async run(run: CallRun): Promise<RunOutcome> {
    return (await this.#next()?.run(run)) ?? { kind: 'interrupted' }
  }

  async test(test: TestCall, signal: AbortSignal): Promise<TestOutcome> {
    return (await this.#next()?.test(test, signal)) ?? { kind: 'interrupted' }
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
    this.#running.broadcast({ type: 'leave' })
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    const ends = this.#running.each((thread) => thread.stop(graceMs))
    await this.#running.each((thread) => thread.left)
    this.#options.onLeft?.()
    await ends
  }

  /** They take turns. */
  #next(): GatewayThread | undefined {
    if (this.#isStopping) return undefined
    this.#runs += 1
    return this.#serving[this.#runs % this.#serving.length]
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
    while (this.#running.size > most) await this.#running.nextExit()
  }

  async #startAll(stateKnown?: Promise<unknown>): Promise<GatewayThread[]> {
    const state = threadState(this.#options.state())
    const fresh = Array.from({ length: this.#options.count }, () => this.#running.add(state))
    try {
      const listening = Promise.all(fresh.map((thread) => thread.listening))
      if (stateKnown !== undefined) {
        await Promise.race([stateKnown, listening])
        await this.load(this.#options.state())
      }
      for (const thread of fresh) thread.listen()
      const ports = await listening
      this.port = ports[0]!
      return fresh
    } catch (error) {
      await Promise.all(fresh.map((thread) => thread.stop(0)))
      throw error
    }
  }
}

function threadState({ revision, routes, keys }: NodeState): ThreadState {
  return { revision, routes, keys: keys.share() }
}
