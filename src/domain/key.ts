import type { FunctionName, Scope } from './names.ts'

/** An API key as every layer above the store sees it. The secret is not part of it. */
export interface Key extends Scope {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Prefix and last four characters of the secret. */
  readonly hint: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** The first moment at which the key no longer works; null for never. */
  readonly expireMs: number | null
  readonly functions: readonly FunctionName[]
  /** Null when it has never opened a function. */
  readonly lastUse: KeyLastUse | null
}

/** When a key last opened a function, at most 10 s late; never moves back. */
export interface KeyLastUse {
  readonly atMs: number
  /** Null when the function is deleted. */
  readonly function: FunctionName | null
  /** Of the caller; empty when it is not known. */
  readonly address: string
}

export type KeyStatus = 'Active' | 'Expired'

/** The same comparison as the gateway's: at the very instant of `expireMs` the key is expired. */
export function isExpired(expireMs: number | null, nowMs: number): boolean {
  return expireMs !== null && nowMs >= expireMs
}

export function keyStatus(key: Pick<Key, 'expireMs'>, nowMs: number): KeyStatus {
  return isExpired(key.expireMs, nowMs) ? 'Expired' : 'Active'
}
