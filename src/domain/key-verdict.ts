/** What a key is presented for. */
export interface KeyUse {
  readonly functionId: string
  readonly namespaceId: string
  /** As it was sent. */
  readonly method: string
  /** The function's own path and query as they were sent. */
  readonly target: string
}

/** `not-permitted`: the key opens the function, but not with this method and path. */
export type KeyOpening = 'allowed' | 'not-granted' | 'not-permitted'

/** What the gateway may know of a key when it decides: no name, no secret, no I/O. */
export interface KeyFacts {
  readonly isDisabled: boolean
  /** Null for always. */
  readonly notBeforeMs: number | null
  /** Null for never. */
  readonly expireMs: number | null
  readonly opening: KeyOpening
}

export type KeyVerdict =
  | KeyOpening
  | 'missing'
  | 'repeated'
  | 'malformed'
  | 'unknown'
  | 'expired'
  | 'disabled'
  | 'not-yet'

/** The verdict on a key that was found in the table. Times are compared on every request. */
export function judgeKey(facts: KeyFacts, nowMs: number): KeyVerdict {
  if (facts.isDisabled) return 'disabled'
  if (facts.notBeforeMs !== null && nowMs < facts.notBeforeMs) return 'not-yet'
  if (facts.expireMs !== null && nowMs >= facts.expireMs) return 'expired'
  return facts.opening
}
