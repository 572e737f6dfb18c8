import { isWellFormedKeySecret, keySecretDigestWords } from '../domain/key-secret.ts'
import { judgeKey, type KeyUse, type KeyVerdict } from '../domain/key-verdict.ts'
import { type KeyRef, type KeyTable, NO_KEY } from './key-table.ts'
import type { RequestHead } from './request-head.ts'

export interface Authentication {
  readonly verdict: KeyVerdict
  /** The key that was presented, whatever the verdict; `NO_KEY` when none is known by it. */
  readonly key: KeyRef
}

/** Written and read within one verdict. */
const digest = new Int32Array(8)

/**
 * The verdict on the presented key for one request: the checksum first, so that garbage costs no hash. No secret
 * is compared with a stored one: they are looked up by their digests, which share nothing where secrets do,
 * so that the time a refusal takes says nothing of how near a guess was.
 */
export function authenticate(
  keys: KeyTable,
  presented: Pick<RequestHead, 'apiKey' | 'apiKeyCount'>,
  use: KeyUse,
  nowMs: number,
): Authentication {
  if (presented.apiKeyCount === 0) return MISSING
  if (presented.apiKeyCount > 1) return REPEATED
  if (!isWellFormedKeySecret(presented.apiKey)) return MALFORMED
  keySecretDigestWords(presented.apiKey, digest)
  const ref = keys.find(digest)
  if (ref === NO_KEY) return UNKNOWN
  return { verdict: judge(keys, ref, use, nowMs), key: ref }
}

/** The same for a key that was judged before and is known by its digest since then, in hex. */
export function authenticateAgain(
  keys: KeyTable,
  known: { readonly keyId: string | null; readonly keyDigest: string | null },
  use: KeyUse,
  nowMs: number,
): Authentication {
  if (known.keyDigest === null) return MISSING
  const bytes = Buffer.from(known.keyDigest, 'hex')
  for (let i = 0; i < digest.length; i++) digest[i] = bytes.readInt32LE(4 * i)
  const ref = keys.find(digest)
  if (ref === NO_KEY || keys.identity(ref).id !== known.keyId) return UNKNOWN
  return { verdict: judge(keys, ref, use, nowMs), key: ref }
}

function judge(keys: KeyTable, key: KeyRef, use: KeyUse, nowMs: number): KeyVerdict {
  const facts = {
    isDisabled: keys.isDisabled(key),
    notBeforeMs: keys.notBeforeMs(key),
    expireMs: keys.expireMs(key),
    opening: keys.opens(key, use),
  }
  return judgeKey(facts, nowMs)
}

const MISSING: Authentication = { verdict: 'missing', key: NO_KEY }
const REPEATED: Authentication = { verdict: 'repeated', key: NO_KEY }
const MALFORMED: Authentication = { verdict: 'malformed', key: NO_KEY }
const UNKNOWN: Authentication = { verdict: 'unknown', key: NO_KEY }
