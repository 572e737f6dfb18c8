import type { Autoscaling } from './function.ts'

export interface Load {
  readonly inFlight: number
  readonly queued: number
  /** How many requests one instance takes at a time. */
  readonly slotsPerInstance: number
}

/** How many instances the load asks for, within the function's bounds. */
export function wantedInstances(bounds: Autoscaling, load: Load): number {
  const busy = Math.ceil((load.inFlight + load.queued) / load.slotsPerInstance)
  return Math.min(bounds.maxInstances, Math.max(bounds.minInstances, busy))
}

export interface InstanceLoad {
  readonly id: string
  /** `leaving` is one that takes no more requests but has not ended yet. */
  readonly state: 'starting' | 'ready' | 'leaving'
  readonly inFlight: number
  readonly lastUsedMs: number
}

export interface ScalingInput {
  readonly bounds: Autoscaling
  /** The instances of the version that serves. */
  readonly instances: readonly InstanceLoad[]
  readonly queued: number
  readonly slotsPerInstance: number
  readonly idleTimeoutMs: number
  /** After failed starts: nothing is started before. */
  readonly retryAtMs: number
  readonly nowMs: number
}

export interface ScalingDecision {
  readonly start: number
  /** Ids of instances that nobody has used for the idle time. */
  readonly stopIdle: readonly string[]
  /** Ids of instances above a maximum that was lowered. */
  readonly drain: readonly string[]
}

/**
 * What to start and what to stop. An instance that is leaving holds its place below the maximum
 * until it has ended: the maximum bounds processes, not intentions.
 */
export function decideScaling(input: ScalingInput): ScalingDecision {
  const { bounds, instances, nowMs } = input
  const ready = instances.filter((instance) => instance.state === 'ready')
  const starting = instances.filter((instance) => instance.state === 'starting').length
  const live = ready.length + starting
  const inFlight = ready.reduce((sum, instance) => sum + instance.inFlight, 0)
  const wanted = wantedInstances(bounds, { ...input, inFlight })

  const room = Math.min(wanted - live, bounds.maxInstances - instances.length)
  const start = nowMs < input.retryAtMs ? 0 : Math.max(0, room)

  const byUse = ready.toSorted((a, b) => a.inFlight - b.inFlight || a.lastUsedMs - b.lastUsedMs)
  const surplus = byUse.slice(0, Math.max(0, live - bounds.maxInstances))
  const idle = byUse
    .slice(surplus.length)
    .filter((i) => i.inFlight === 0 && nowMs - i.lastUsedMs >= input.idleTimeoutMs)
  const spare = Math.max(0, live - surplus.length - wanted)
  return {
    start,
    stopIdle: idle.slice(0, spare).map((instance) => instance.id),
    drain: surplus.map((instance) => instance.id),
  }
}
