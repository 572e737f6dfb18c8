import { hash, randomBytes } from 'node:crypto'

/** What somebody is signed in by, in a browser; its secret is not part of it. */
export interface Session {
  /** Tells sessions apart, and opens nothing. */
  readonly id: string
  /** Who is signed in: a person, or whoever presented a token. */
  readonly of: { readonly kind: 'user' | 'token'; readonly id: number }
  readonly createdAtMs: number
  /** Up to a minute before its last use. */
  readonly seenAtMs: number
  /** When it ends however much it is used. */
  readonly endMs: number
  /** Where it began. */
  readonly address: string
  readonly agent: string
}

export interface SessionTimes {
  /** A session that is not used for so long ends. */
  readonly idleMs: number
  readonly lifeMs: number
}

export const SESSION_TIMES: SessionTimes = {
  idleMs: 12 * 60 * 60 * 1000,
  lifeMs: 30 * 24 * 60 * 60 * 1000,
}

/** 256 bits. */
export function mintSessionSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function sessionDigest(secret: string): string {
  return hash('sha256', secret, 'hex')
}

export function isLive(session: Session, nowMs: number, { idleMs }: SessionTimes): boolean {
  return nowMs < session.endMs && nowMs < session.seenAtMs + idleMs
}
