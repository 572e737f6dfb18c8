/** A key's place in the table, good until this turn of the event loop ends; {@link NO_KEY} for none. */
export type KeyRef = number

export const NO_KEY: KeyRef = -1

/** What a function may know of the key that its caller used. */
export interface KeyIdentity {
  readonly id: string
  readonly name: string
}

/** What the gateway asks of the keys on each request: no I/O, no locks, nothing allocated but an identity. */
export interface KeyTable {
  readonly size: number
  /** `digest` as `keySecretDigestWords` writes it. */
  find(digest: Int32Array): KeyRef
  /** Null for never. */
  expireMs(key: KeyRef): number | null
  opens(key: KeyRef, functionId: string): boolean
  identity(key: KeyRef): KeyIdentity
}
