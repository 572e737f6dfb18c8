import type { ErrorCode } from '../domain/errors.ts'
import type { KeyVerdict } from '../domain/key-verdict.ts'
import type { Route } from '../domain/routes.ts'

/**
 * Why a request with this verdict may not go to the function of `route`; undefined when it may. A disabled
 * function is shown only to callers who could call it; for the others it does not exist.
 */
export function refusalOf(route: Route, verdict: KeyVerdict): ErrorCode | undefined {
  const allowed = verdict === 'allowed'
  if (route.disabled) return allowed ? 'function_disabled' : 'function_not_found'
  if (route.requiresKey && !allowed) {
    // One answer for every kind of bad key, so that nothing is learnt by trying. Whose key opens the function
    // in part is told that much, and would look for a fault of the key otherwise.
    return verdict === 'not-permitted' ? 'key_not_permitted' : 'key_required'
  }
  return route.version === null ? 'function_not_ready' : undefined
}
