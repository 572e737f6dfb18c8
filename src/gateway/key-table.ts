import type { KeyOpening, KeyUse } from '../domain/key-verdict.ts'

/** A key's place in the table, good until this turn of the event loop ends; {@link NO_KEY} for none. */
export type KeyRef = number

export const NO_KEY: KeyRef = -1

/** Who called, by the key that was presented. Both secrets of a key that is rotated have its id and name. */
export interface KeyIdentity {
  readonly id: string
  readonly name: string
  /** When this secret ends; null for never. */
  readonly expireMs: number | null
  /** Whether a rotation waits for the first use of this secret. */
  readonly isAwaited: boolean
}

/** What the gateway asks of the keys on each request: no I/O, no locks, nothing read twice that takes time. */
export interface KeyTable {
  readonly size: number
  /** `digest` as `keySecretDigestWords` writes it. */
  find(digest: Int32Array): KeyRef
  isDisabled(key: KeyRef): boolean
  /** Null for always. */
  notBeforeMs(key: KeyRef): number | null
  /** Null for never. */
  expireMs(key: KeyRef): number | null
  opens(key: KeyRef, use: KeyUse): KeyOpening
  identity(key: KeyRef): KeyIdentity
}
