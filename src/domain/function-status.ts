import type { BuildStatus } from './function.ts'

export const FUNCTION_STATUSES = ['running', 'idle', 'building', 'failed', 'disabled'] as const
export type FunctionStatus = (typeof FUNCTION_STATUSES)[number]

/**
 * Whether the function can serve. A newer build that runs or failed says nothing here while the
 * version before it serves: `build_status` tells of builds.
 */
export function functionStatus(
  fn: {
    readonly disabled: boolean
    readonly isDeployed: boolean
    readonly buildStatus: BuildStatus
  },
  instances: { readonly ready: number },
): FunctionStatus {
  if (fn.disabled) return 'disabled'
  if (!fn.isDeployed) return fn.buildStatus === 'failed' ? 'failed' : 'building'
  return instances.ready > 0 ? 'running' : 'idle'
}
