import type { Clock } from '../lib/clock.ts'
import type { Announcer } from './announcer.ts'
import type { Order } from './ending.ts'
import type { Member } from './member.ts'
import type { SlotTable } from './slots.ts'

export interface DrainingDeps {
  readonly slots: SlotTable
  readonly clock: Clock
  readonly announcer: Announcer
  stop(member: Member, order: Order): void
  /** Something drains: it is time to look again whether it has finished. */
  onCheck(): void
}

const DRAIN_CHECK_MS = 50
/** An instance that drains may take so much longer than the function's time limit. */
const DRAIN_SLACK_MS = 1000
/** How often a pool that closes looks whether all have finished. */
const CLOSE_CHECK_MS = DRAIN_CHECK_MS / 2
const DRAINED: Order = { reason: 'drained', sentence: 'it is no longer needed' }
const STUCK: Order = { reason: 'hung', sentence: 'a handler in it could not be ended' }
const OVERDUE: Order = { reason: 'overdue', sentence: 'it took too long to finish' }

/** Instances that get no more requests, until those that they have are finished or take too long. */
export class Draining {
  readonly #deps: DrainingDeps
  #timer: NodeJS.Timeout | undefined

  constructor(deps: DrainingDeps) {
    this.#deps = deps
  }

  /** Of an instance that is not ready there is nothing to drain. */
  begin(member: Member): void {
    const { instance } = member
    if (instance.state !== 'ready') return
    instance.drain()
    const { slots, clock, announcer } = this.#deps
    slots.close(instance.slot)
    announcer.draining(instance)
    member.drainUntilMs = clock.now() + member.timeoutMs + DRAIN_SLACK_MS
  }

  /** Stops those that have finished or should have. */
  stopDone(members: Iterable<Member>, nowMs: number): void {
    clearTimeout(this.#timer)
    const draining = [...members].filter((member) => member.instance.state === 'draining')
    for (const member of draining) {
      const done = member.inFlight === 0
      if (done && member.isRetiring) member.instance.kill(STUCK)
      else if (done) this.#deps.stop(member, DRAINED)
      else if (nowMs >= member.drainUntilMs) this.#deps.stop(member, OVERDUE)
    }
    if (draining.some((member) => member.instance.state === 'draining')) {
      this.#timer = setTimeout(() => this.#deps.onCheck(), DRAIN_CHECK_MS).unref()
    }
  }

  /** Drains all for at most `drainMs`. `onCheck` is not called any more. */
  async close(members: ReadonlyMap<string, Member>, drainMs: number): Promise<void> {
    clearTimeout(this.#timer)
    for (const member of members.values()) this.begin(member)
    const deadlineMs = performance.now() + drainMs
    const busy = (): boolean => [...members.values()].some((member) => member.inFlight > 0)
    while (busy() && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, CLOSE_CHECK_MS))
    }
  }
}
