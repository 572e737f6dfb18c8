import { isWellFormedKeySecret, keySecretDigest } from '../domain/key-secret.ts'
import { judgeKey, type KeyVerdict } from '../domain/key-verdict.ts'
import { type KeyTable, NO_KEY } from './key-table.ts'
import type { RequestHead } from './request-head.ts'

/** What a function may know of the key that its caller used. */
export interface KeyIdentity {
  readonly id: string
  readonly name: string
}

export type Authentication =
  | { readonly verdict: 'allowed'; readonly key: KeyIdentity }
  | { readonly verdict: Exclude<KeyVerdict, 'allowed'>; readonly key: undefined }

/** The verdict on the presented key for one function: the checksum first, so that garbage costs no hash. */
export function authenticate(
  keys: KeyTable,
  presented: Pick<RequestHead, 'apiKey' | 'apiKeyCount'>,
  functionId: string,
  nowMs: number,
): Authentication {
  if (presented.apiKeyCount === 0) return MISSING
  if (presented.apiKeyCount > 1) return REPEATED
  if (!isWellFormedKeySecret(presented.apiKey)) return MALFORMED
  const ref = keys.find(keySecretDigest(presented.apiKey))
  if (ref === NO_KEY) return UNKNOWN
  const facts = { expireMs: keys.expireMs(ref), opensFunction: keys.opens(ref, functionId) }
  const verdict = judgeKey(facts, nowMs)
  if (verdict !== 'allowed') return { verdict, key: undefined }
  return { verdict, key: { id: keys.id(ref), name: keys.name(ref) } }
}

const MISSING: Authentication = { verdict: 'missing', key: undefined }
const REPEATED: Authentication = { verdict: 'repeated', key: undefined }
const MALFORMED: Authentication = { verdict: 'malformed', key: undefined }
const UNKNOWN: Authentication = { verdict: 'unknown', key: undefined }
