import { BoundedQueue } from '../lib/bounded-queue.ts'
import type { Clock } from '../lib/clock.ts'
import type { Call } from './call.ts'
import type { Instance } from './instance.ts'
import type { GatewayLimits } from './limits.ts'

export interface PoolOptions {
  readonly functionId: string
  readonly versionId: string
  readonly limits: GatewayLimits
  readonly clock: Clock
  /** How many calls wait; called when that has changed. */
  readonly onDemand: (queued: number) => void
  /** Decides anew on a call that has waited; false when it is refused or goes elsewhere. */
  readonly isStillFor: (call: Call, pool: Pool) => boolean
}

/** How soon a waiting call notices a slot that another thread has given back. */
const POLL_MS = 10
/** Before another instance could be started, those at work have mostly emptied a queue as short as this. */
const PATIENCE_MS = 20

/** The instances of one version of one function, and the calls that wait for them, in one thread. */
export class Pool {
  readonly functionId: string
  readonly versionId: string
  readonly #options: PoolOptions
  readonly #instances: Instance[] = []
  readonly #queue: BoundedQueue<Call>
  #failedUntilMs = 0
  #announced = 0
  #isAnnouncing = false
  #patience: NodeJS.Timeout | undefined
  /** Since when the queue has not been empty, of `performance.now()`. */
  #waitingSinceMs = 0
  #isPumping = false
  #poll: NodeJS.Timeout | undefined

  constructor(options: PoolOptions) {
    this.functionId = options.functionId
    this.versionId = options.versionId
    this.#options = options
    this.#queue = new BoundedQueue(options.limits.queueLengthMax)
  }

  /** Whether it has nothing to remember. */
  get isEmpty(): boolean {
    if (this.#instances.length > 0 || this.#queue.length > 0 || this.#announced > 0) return false
    return this.#failedUntilMs <= this.#options.clock.now()
  }

  add(instance: Instance): void {
    this.#instances.push(instance)
    this.#failedUntilMs = 0
  }

  remove(instance: Instance): void {
    const index = this.#instances.indexOf(instance)
    if (index >= 0) this.#instances.splice(index, 1)
  }

  /** A slot, else a place in the queue, else a refusal. */
  offer(call: Call): void {
    if (this.#queue.length === 0) {
      const instance = this.#claim()
      if (instance !== undefined) {
        call.start(instance)
        return
      }
    }
    const waitMs = this.#failedUntilMs - this.#options.clock.now()
    if (waitMs > 0 && this.#instances.length === 0) {
      call.refuse('function_start_failed', { retryAfterSeconds: waitMs / 1000 })
      return
    }
    if (this.#queue.length === 0) this.#waitingSinceMs = performance.now()
    const leaveQueue = this.#queue.push(call)
    if (leaveQueue === undefined) {
      call.refuse('queue_full')
      return
    }
    call.queue(() => {
      leaveQueue()
      this.#announce()
    }, !this.#isServed)
    this.#announce()
    this.#pollWhileWaiting()
  }

  /** Gives free slots to the calls that have waited longest. */
  pump(): void {
    if (this.#isPumping || this.#queue.length === 0) return
    this.#isPumping = true
    for (;;) {
      const instance = this.#queue.length > 0 ? this.#claim() : undefined
      if (instance === undefined) break
      const call = this.#next()
      if (call === undefined) instance.unclaim()
      else call.start(instance)
    }
    this.#isPumping = false
    this.#announce()
    this.#pollWhileWaiting()
  }

  /** No instance could be started. */
  startFailed(retryAfterMs: number): void {
    this.#failedUntilMs = this.#options.clock.now() + retryAfterMs
    if (this.#instances.length > 0) return
    this.#drainQueue((call) =>
      call.refuse('function_start_failed', { retryAfterSeconds: retryAfterMs / 1000 }),
    )
  }

  /** Decides anew on every call that waits: the function has another version, or is gone. */
  reconsider(): void {
    this.#drainQueue((call) => {
      if (this.#options.isStillFor(call, this)) this.offer(call)
    })
  }

  shutDown(): void {
    clearTimeout(this.#poll)
    clearTimeout(this.#patience)
    this.#drainQueue((call) => call.refuse('shutting_down'))
    for (const instance of [...this.#instances]) instance.shutDown()
  }

  #drainQueue(settle: (call: Call) => void): void {
    const calls: Call[] = []
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      call.dequeue()
      calls.push(call)
    }
    for (const call of calls) settle(call)
    this.#announce()
  }

  #next(): Call | undefined {
    for (;;) {
      const call = this.#queue.shift()
      if (call === undefined) return undefined
      call.dequeue()
      if (this.#options.isStillFor(call, this)) return call
    }
  }

  /** The instance with the fewest requests in flight over all threads, one slot of it taken. */
  #claim(): Instance | undefined {
    let best: Instance | undefined
    let fewest = Number.POSITIVE_INFINITY
    for (const instance of this.#instances) {
      const inFlight = instance.accepts ? instance.inFlight : fewest
      if (inFlight < fewest) {
        best = instance
        fewest = inFlight
      }
    }
    if (best === undefined || best.claim()) return best
    // Another thread was quicker, or the engine has closed it and the message is on its way.
    return this.#instances.find((instance) => instance.accepts && instance.claim())
  }

  /** Whether an instance is at work for those who wait. */
  get #isServed(): boolean {
    return this.#instances.some((instance) => instance.accepts)
  }

  /**
   * Once per turn of the event loop, and only what differs from what was said last. Less is told at once, so
   * that nothing is started for who was served; so is all where none is at work.
   */
  #announce(): void {
    const queued = this.#queue.length
    if (queued > this.#announced && this.#isServed) {
      this.#announceIfItLasts()
      return
    }
    if (this.#isAnnouncing || queued === this.#announced) return
    this.#isAnnouncing = true
    setImmediate(() => {
      this.#isAnnouncing = false
      this.#tell()
    })
  }

  #announceIfItLasts(): void {
    if (this.#patience !== undefined) return
    this.#patience = setTimeout(() => {
      this.#patience = undefined
      if (this.#queue.length === 0) return
      const waitedMs = performance.now() - this.#waitingSinceMs
      if (waitedMs < PATIENCE_MS && this.#isServed) this.#announceIfItLasts()
      else this.#tell()
    }, PATIENCE_MS)
  }

  #tell(): void {
    if (this.#queue.length === this.#announced) return
    this.#announced = this.#queue.length
    this.#options.onDemand(this.#announced)
  }

  #pollWhileWaiting(): void {
    if (this.#queue.length === 0 || this.#poll !== undefined) return
    this.#poll = setTimeout(() => {
      this.#poll = undefined
      this.pump()
      this.#pollWhileWaiting()
    }, POLL_MS)
  }
}
