/** What the gateway may know of a key when it decides: no name, no secret, no I/O. */
export interface KeyFacts {
  /** Null for never. */
  readonly expireMs: number | null
  /** Whether a grant (key, function) exists. */
  readonly opensFunction: boolean
}

export type KeyVerdict =
  | 'allowed'
  | 'missing'
  | 'repeated'
  | 'malformed'
  | 'unknown'
  | 'expired'
  | 'disabled'
  | 'not-yet'
  | 'not-granted'
  | 'not-permitted'

/** The verdict on a key that was found in the table. Expiry is compared on every request. */
export function judgeKey(facts: KeyFacts, nowMs: number): KeyVerdict {
  if (facts.expireMs !== null && nowMs >= facts.expireMs) return 'expired'
  return facts.opensFunction ? 'allowed' : 'not-granted'
}
