import type { FromGateway, ToGateway } from '../engine/messages.ts'
import type { SlotTable } from '../engine/slots.ts'
import { unreachable } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { Call } from './call.ts'
import { Instance, type InstanceUp } from './instance.ts'
import type { GatewayLimits } from './limits.ts'
import { Pool } from './pool.ts'

export interface DispatcherOptions {
  readonly threadIndex: number
  readonly slots: SlotTable
  readonly limits: GatewayLimits
  readonly clock: Clock
  readonly toEngine: (message: FromGateway) => void
  /** Judges a call anew; false when it was refused. */
  readonly admit: (call: Call) => boolean
  readonly onInstanceHung: (instanceId: string, reason: string) => void
}

/** Brings calls and instances together, and tells the engine how many calls wait. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #pools = new Map<string, Map<string, Pool>>()
  readonly #instances = new Map<string, { instance: Instance; pool: Pool }>()
  readonly #connecting = new Set<Promise<void>>()

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** The call was admitted. */
  dispatch(call: Call): void {
    const { functionId, version } = call.route!
    this.#pool(functionId, version!.id).offer(call)
  }

  onMessage(message: ToGateway): void {
    switch (message.type) {
      case 'instance-up':
        this.#instanceUp(message)
        break
      case 'instance-draining':
        this.#instances.get(message.instanceId)?.instance.drain()
        break
      case 'instance-down':
        this.#instances.get(message.instanceId)?.instance.down(message.begunId)
        break
      case 'start-failed':
        this.#pool(message.functionId, message.versionId).startFailed(message.retryAfterMs)
        break
      default:
        unreachable(message)
    }
  }

  /** The function's route has changed: what waits for it may have to wait elsewhere, or in vain. */
  reconsider(functionId: string): void {
    for (const pool of this.#pools.get(functionId)?.values() ?? []) {
      pool.reconsider()
      this.#forgetIfEmpty(pool)
    }
  }

  reconsiderAll(): void {
    for (const functionId of [...this.#pools.keys()]) this.reconsider(functionId)
  }

  /** Resolves when every instance that it has heard of is connected, or gone. */
  async connected(): Promise<void> {
    await Promise.all(this.#connecting)
  }

  /** Refuses what waits and what runs, and closes the connections. */
  shutDown(): void {
    for (const pools of this.#pools.values()) for (const pool of pools.values()) pool.shutDown()
  }

  #instanceUp(message: InstanceUp): void {
    // A thread that is just being introduced can hear of an instance twice.
    if (this.#instances.has(message.instanceId)) return
    const pool = this.#pool(message.functionId, message.versionId)
    const instance = new Instance(message, {
      threadIndex: this.#options.threadIndex,
      slots: this.#options.slots,
      pongTimeoutMs: this.#options.limits.pongTimeoutMs,
      onFree: () => pool.pump(),
      onHung: (reason) => {
        this.#options.onInstanceHung(message.instanceId, reason)
        this.#options.toEngine({ type: 'instance-hung', instanceId: message.instanceId })
      },
      onGone: () => {
        this.#instances.delete(message.instanceId)
        pool.remove(instance)
        this.#forgetIfEmpty(pool)
      },
    })
    this.#instances.set(message.instanceId, { instance, pool })
    pool.add(instance)
    const connecting = instance.connect().finally(() => this.#connecting.delete(connecting))
    this.#connecting.add(connecting)
  }

  #pool(functionId: string, versionId: string): Pool {
    const pools = this.#pools.get(functionId)
    return pools?.get(versionId) ?? this.#newPool(functionId, versionId)
  }

  #newPool(functionId: string, versionId: string): Pool {
    const { limits, clock, toEngine } = this.#options
    const pool: Pool = new Pool({
      functionId,
      versionId,
      limits,
      clock,
      onDemand: (queued) => {
        toEngine({ type: 'demand', functionId, versionId, queued })
        this.#forgetIfEmpty(pool)
      },
      isStillFor: (call, current) => this.#isStillFor(call, current),
    })
    const pools = this.#pools.get(functionId) ?? new Map<string, Pool>()
    this.#pools.set(functionId, pools.set(versionId, pool))
    return pool
  }

  #isStillFor(call: Call, pool: Pool): boolean {
    if (!this.#options.admit(call)) return false
    const { functionId, version } = call.route!
    if (functionId === pool.functionId && version!.id === pool.versionId) return true
    this.dispatch(call)
    return false
  }

  /** Versions come and go; a pool without instances and calls has nothing to remember. */
  #forgetIfEmpty(pool: Pool): void {
    if (!pool.isEmpty) return
    const pools = this.#pools.get(pool.functionId)
    if (pools?.get(pool.versionId) !== pool) return
    pools.delete(pool.versionId)
    if (pools.size === 0) this.#pools.delete(pool.functionId)
  }
}
