import { hash, timingSafeEqual } from 'node:crypto'
import { randomBase62 } from '../lib/base62.ts'
import type { RoleOn } from './role.ts'

/** An operator's API token; its secret is not part of it. */
export interface Token {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly createdAtMs: number
  /** See `Actor.name`: who made it. */
  readonly issuedBy: string
  /** The person whose token it is: it may do no more than this person may. Null for one of nobody's. */
  readonly userId: number | null
  readonly roles: readonly RoleOn[]
  /** Null for never. */
  readonly expireMs: number | null
  /** Up to a minute before its last use; null when it never was used. */
  readonly lastUsedAtMs: number | null
  /** `settings` when it comes from LATCHKEY_ADMIN_TOKEN, else `api`. */
  readonly source: 'api' | 'settings'
}

export interface PresentedToken {
  readonly id: number
  readonly secret: string
}

const TOKEN_EXPRESSION = /^(\d{1,15})[$_]([\x21-\x7e]{1,256})$/
const AUTHORIZATION_EXPRESSION = /^apikey +(\S+)$/i

export const TOKEN_PATTERN = '<id>$<secret>, the id a decimal number'
/** Shorter secrets could be guessed; applies to tokens that people choose themselves. */
export const TOKEN_SECRET_CHARS_MIN = 16

/** 256 bits in base62. */
export function mintTokenSecret(): string {
  return randomBase62(32, 43)
}

/** Both separators are understood everywhere; `$` is what a shell takes for the beginning of a name. */
export function formatToken(token: PresentedToken, separator: '$' | '_' = '$'): string {
  return `${token.id}${separator}${token.secret}`
}

export function isExpired({ expireMs }: Pick<Token, 'expireMs'>, nowMs: number): boolean {
  return expireMs !== null && expireMs <= nowMs
}

/** `<id>$<secret>` or `<id>_<secret>`; undefined for anything else. */
export function parseToken(text: string): PresentedToken | undefined {
  const match = TOKEN_EXPRESSION.exec(text)
  return match === null ? undefined : { id: Number(match[1]), secret: match[2]! }
}

/** The token of an `Authorization: apikey <token>` header, whatever the case of the scheme. */
export function parseAuthorization(header: string): PresentedToken | undefined {
  const match = AUTHORIZATION_EXPRESSION.exec(header.trim())
  return match === null ? undefined : parseToken(match[1]!)
}

export function tokenSecretDigest(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** Compares in constant time; both are hex digests of equal length. */
export function tokenMatches(presented: PresentedToken, storedDigest: string): boolean {
  return timingSafeEqual(
    Buffer.from(tokenSecretDigest(presented.secret)),
    Buffer.from(storedDigest),
  )
}
