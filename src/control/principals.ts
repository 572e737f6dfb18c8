import type { Known, Principal } from '../domain/principal.ts'
import { narrowed } from '../domain/role.ts'
import { isLive, SESSION_TIMES, type Session, sessionDigest } from '../domain/session.ts'
import {
  isExpired,
  mintTokenSecret,
  type PresentedToken,
  type Token,
  tokenMatches,
  tokenSecretDigest,
} from '../domain/token.ts'
import type { User } from '../domain/user.ts'
import { skippedWhenFull } from '../store/full-disk.ts'
import { findSession, noteSessionUse } from '../store/sessions.ts'
import { findToken, noteTokenUse } from '../store/tokens.ts'
import { findUser } from '../store/users.ts'
import type { ControlDeps } from './deps.ts'
import type { PrincipalUseCases } from './operators.ts'

/** Compared with when there is no such token, so that a wrong id takes as long as a wrong secret. */
const NOBODYS_DIGEST = tokenSecretDigest(mintTokenSecret())
/** How far behind the time of the last use may be: every use would be a write. */
const NOTE_EVERY_MS = 60_000

export type PrincipalDeps = Pick<ControlDeps, 'store' | 'clock' | 'sessionTimes'>

export function principalUseCases(deps: PrincipalDeps): PrincipalUseCases {
  return {
    find: (presented) =>
      presented.kind === 'token'
        ? findByToken(deps, presented.token)
        : findBySession(deps, presented.secret),
  }
}

export async function findByToken(deps: PrincipalDeps, presented: PresentedToken): Promise<Known> {
  const { db } = deps.store
  const found = await findToken(db, presented.id)
  const isRight = tokenMatches(presented, found?.digest ?? NOBODYS_DIGEST)
  return isRight && found !== undefined ? await knownToken(deps, found.token, null) : UNKNOWN
}

async function findBySession(deps: PrincipalDeps, secret: string): Promise<Known> {
  const { store, clock, sessionTimes = SESSION_TIMES } = deps
  const session = await findSession(store.db, sessionDigest(secret))
  const nowMs = clock.now()
  if (session === undefined || !isLive(session, nowMs, sessionTimes)) return UNKNOWN
  if (nowMs - session.seenAtMs >= NOTE_EVERY_MS) {
    await skippedWhenFull(() => noteSessionUse(store.db, session.id, nowMs))
  }
  if (session.of.kind === 'user') return await knownUser(deps, session)
  const found = await findToken(store.db, session.of.id)
  return found === undefined ? UNKNOWN : await knownToken(deps, found.token, session.id)
}

const UNKNOWN: Known = { kind: 'unknown' }

async function knownToken(
  { store, clock }: PrincipalDeps,
  token: Token,
  sessionId: string | null,
): Promise<Known> {
  const nowMs = clock.now()
  if (isExpired(token, nowMs)) return { kind: 'expired', expireMs: token.expireMs! }
  let { roles } = token
  let email: string | null = null
  if (token.userId !== null) {
    const person = (await findUser(store.db, token.userId))?.user
    if (person === undefined || person.isDisabled) return { kind: 'disabled' }
    roles = narrowed(roles, person.roles)
    email = person.email
  }
  if (nowMs - (token.lastUsedAtMs ?? 0) >= NOTE_EVERY_MS) {
    await skippedWhenFull(() => noteTokenUse(store.db, token.id, nowMs))
  }
  const { id, name, userId, expireMs } = token
  return {
    kind: 'known',
    principal: { kind: 'token', id, name, email, roles, userId, expireMs, sessionId },
  }
}

async function knownUser({ store }: PrincipalDeps, session: Session): Promise<Known> {
  const person = (await findUser(store.db, session.of.id))?.user
  if (person === undefined) return UNKNOWN
  if (person.isDisabled) return { kind: 'disabled' }
  return { kind: 'known', principal: principalOfUser(person, session.id) }
}

export function principalOfUser(user: User, sessionId: string | null): Principal {
  const { id, email, roles } = user
  return { kind: 'user', id, name: email, email, roles, userId: id, expireMs: null, sessionId }
}
