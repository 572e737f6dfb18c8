import type { ErrorCode } from '../domain/errors.ts'
import type { Route, Version } from '../domain/routes.ts'
import { authenticate, type KeyIdentity } from './authenticate.ts'
import type { KeyTable } from './key-table.ts'
import type { RequestHead } from './request-head.ts'

/** What is decided of a request before any of it reaches a function. */
export type Admission =
  | { readonly kind: 'admitted'; readonly version: Version; readonly key: KeyIdentity | undefined }
  | { readonly kind: 'refused'; readonly code: ErrorCode }

/**
 * Whether a request may go to the function of `route`, and to which version of it. A disabled function is
 * shown only to callers who could call it; for the others it does not exist.
 */
export function admit(
  route: Route,
  keys: KeyTable,
  presented: Pick<RequestHead, 'apiKey' | 'apiKeyCount'>,
  nowMs: number,
): Admission {
  const { verdict, key } = authenticate(keys, presented, route.functionId, nowMs)
  const allowed = verdict === 'allowed'
  if (route.disabled) return allowed ? DISABLED : NOT_FOUND
  if (route.requiresKey && !allowed) return KEY_REQUIRED
  if (route.version === null) return NOT_READY
  return { kind: 'admitted', version: route.version, key }
}

export const NOT_FOUND: Admission = { kind: 'refused', code: 'function_not_found' }
// One answer for every kind of bad key, so that nothing is learnt by trying.
const KEY_REQUIRED: Admission = { kind: 'refused', code: 'key_required' }
const DISABLED: Admission = { kind: 'refused', code: 'function_disabled' }
const NOT_READY: Admission = { kind: 'refused', code: 'function_not_ready' }
