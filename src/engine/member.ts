import type { InstanceLoad } from '../domain/autoscaling.ts'
import type { Instance } from './instance.ts'
import type { SlotTable } from './slots.ts'

/** An instance as its pool sees it: how it is used, and until when it may stay. */
export class Member {
  readonly instance: Instance
  readonly timeoutMs: number
  readonly #slots: SlotTable
  /** The threads know of it. */
  announced = false
  /** It was given at least one request. */
  used = false
  lastUsedMs: number
  /** Set for an instance of a version that no route has brought yet. */
  candidateUntilMs: number | undefined
  drainUntilMs = 0
  /** Something in it cannot be ended, so that it would not obey. */
  isRetiring = false
  #lastClaims: number

  constructor(instance: Instance, timeoutMs: number, slots: SlotTable, nowMs: number) {
    this.instance = instance
    this.timeoutMs = timeoutMs
    this.#slots = slots
    this.lastUsedMs = nowMs
    this.#lastClaims = slots.claims(instance.slot)
  }

  get inFlight(): number {
    return this.#slots.inFlight(this.instance.slot)
  }

  get isLive(): boolean {
    return this.instance.state === 'starting' || this.instance.state === 'ready'
  }

  /** Whether it was used since the last look, even if nothing is in flight now. */
  noteUse(nowMs: number): boolean {
    const claims = this.#slots.claims(this.instance.slot)
    if (claims === this.#lastClaims && this.inFlight === 0) return false
    this.#lastClaims = claims
    this.lastUsedMs = nowMs
    this.used = true
    return true
  }

  load(): InstanceLoad {
    const { id, state } = this.instance
    return {
      id,
      state: state === 'starting' || state === 'ready' ? state : 'leaving',
      inFlight: this.inFlight,
      lastUsedMs: this.lastUsedMs,
    }
  }
}
