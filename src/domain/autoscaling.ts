import type { Autoscaling } from './function.ts'

export interface Load {
  /** Instances that serve or are about to. */
  readonly instances: number
  readonly inFlight: number
  readonly queued: number
  /** How many requests one instance takes at a time. */
  readonly slotsPerInstance: number
}

/** How many instances the load asks for, within the function's bounds. Never fewer than what is in use. */
export function wantedInstances(bounds: Autoscaling, load: Load): number {
  const busy = Math.ceil((load.inFlight + load.queued) / load.slotsPerInstance)
  return Math.min(bounds.maxInstances, Math.max(bounds.minInstances, busy))
}
