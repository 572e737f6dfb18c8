import type { FunctionName, Scope } from './names.ts'

/** An API key as every layer above the store sees it. No secret is part of it. */
export interface Key extends Scope {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly labels: Labels
  /** Prefix and last four characters of the secret. */
  readonly hint: string
  /** Who created it, as `Actor.name`; empty when that is not known. */
  readonly issuedBy: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** The first moment at which the key works; null for always. */
  readonly notBeforeMs: number | null
  /** The first moment at which the key no longer works; null for never. */
  readonly expireMs: number | null
  /** Null unless it is disabled. */
  readonly disabledAtMs: number | null
  /** The functions that it opens by name. */
  readonly functions: readonly FunctionGrant[]
  /** The namespaces whose functions it opens, those that come later too. */
  readonly namespaces: readonly NamespaceGrant[]
  /** Null unless two secrets work. */
  readonly rotation: KeyRotation | null
  /** Null when it has never opened a function. */
  readonly lastUse: KeyLastUse | null
  /** The newest change of it that data nodes must apply. */
  readonly changedRevision: number
}

/** Names and values are searched by, and mean nothing to Latchkey. */
export type Labels = Readonly<Record<string, string>>

/** What a grant is limited to. */
export interface GrantLimits {
  /** Upper case, `GET` standing for `HEAD` too; empty for every method. */
  readonly methods: readonly string[]
  /** What the function's own path begins with, whole segments; empty for every path. */
  readonly paths: readonly string[]
}

export const UNLIMITED: GrantLimits = { methods: [], paths: [] }

export interface FunctionGrant extends FunctionName, GrantLimits {}

export interface NamespaceGrant extends GrantLimits {
  readonly namespace: string
}

/**
 * A key whose secret is being replaced. The old secret works until the first use of the new one and
 * `graceSeconds` more, and never longer than `hardEndMs`.
 */
export interface KeyRotation {
  readonly startedAtMs: number
  /** Of the old secret. */
  readonly oldHint: string
  readonly graceSeconds: number
  /** When the new secret first opened a function; null while it has not. */
  readonly newUsedAtMs: number | null
  readonly hardEndMs: number
  /** As things stand: the first moment at which the old secret no longer works. */
  readonly oldEndsAtMs: number
}

/** When a key last opened a function, at most 10 s late; never moves back. */
export interface KeyLastUse {
  readonly atMs: number
  /** Null when the function is deleted. */
  readonly function: FunctionName | null
  /** Of the caller; empty when it is not known. */
  readonly address: string
}

/** `Scheduled`: its time has not come yet. */
export type KeyStatus = 'Active' | 'Expired' | 'Disabled' | 'Scheduled'

/** The same comparison as the gateway's: at the very instant of `expireMs` the key is expired. */
export function isExpired(expireMs: number | null, nowMs: number): boolean {
  return expireMs !== null && nowMs >= expireMs
}

/** Expired comes first: to enable such a key would not make it work. */
export function keyStatus(
  key: Pick<Key, 'notBeforeMs' | 'expireMs' | 'disabledAtMs'>,
  nowMs: number,
): KeyStatus {
  if (isExpired(key.expireMs, nowMs)) return 'Expired'
  if (key.disabledAtMs !== null) return 'Disabled'
  return key.notBeforeMs !== null && nowMs < key.notBeforeMs ? 'Scheduled' : 'Active'
}

/** When the old secret of a rotation ends, its new one having been used first at `newUsedAtMs`, if at all. */
export function oldSecretEndMs(
  rotation: Pick<KeyRotation, 'graceSeconds' | 'newUsedAtMs' | 'hardEndMs'>,
): number {
  const { graceSeconds, newUsedAtMs, hardEndMs } = rotation
  if (newUsedAtMs === null) return hardEndMs
  return Math.min(hardEndMs, newUsedAtMs + graceSeconds * 1000)
}
