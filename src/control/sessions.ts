import { type Actor, type AuditAction, operatorOf } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import { actorFor, type Known, type Principal } from '../domain/principal.ts'
import {
  isLive,
  mintSessionSecret,
  SESSION_TIMES,
  type Session,
  sessionDigest,
} from '../domain/session.ts'
import type { User } from '../domain/user.ts'
import { randomBase62 } from '../lib/base62.ts'
import { auditOnly, insertAudit } from '../store/audit.ts'
import type { Trx } from '../store/dialect.ts'
import { refusedWhenFull } from '../store/full-disk.ts'
import {
  deleteEndedSessions,
  deleteSession,
  findSession,
  insertSession,
  listSessions,
} from '../store/sessions.ts'
import { findUser, findUserByEmail, noteLogIn, rehash, type StoredUser } from '../store/users.ts'
import { commit } from './commit.ts'
import type { Counted, Try } from './log-in-limits.ts'
import type { LoggedIn, LogIn, LogInFrom, SessionUseCases } from './operators.ts'
import { findByToken, principalOfUser } from './principals.ts'
import type { UserDeps } from './users.ts'

const AGENT_CHARS_MAX = 200

export function sessionUseCases(deps: UserDeps): SessionUseCases {
  const { store, clock, sessionTimes = SESSION_TIMES } = deps
  const live = async (by: Principal) => {
    const all = await listSessions(store.db, { kind: by.kind, id: by.id })
    return all.filter((session) => isLive(session, clock.now(), sessionTimes))
  }
  const own = async (by: Principal, id: string) => {
    const found = (await live(by)).find((session) => session.id === id)
    if (found === undefined) throw new PublicError('not_found', `There is no session ${id}.`)
    return found
  }
  return {
    logIn: (input, from) =>
      refusedWhenFull(() =>
        input.kind === 'password'
          ? logInWithPassword(deps, input, from)
          : logInWithToken(deps, input, from),
      ),

    list: live,
    get: own,

    async logOut(context, by) {
      const { sessionId } = by
      if (sessionId === null) return
      await commit(deps, context, async ({ trx, audit }) => {
        await deleteSession(trx, sessionId)
        audit({
          action: 'user.logged-out',
          entityId: operatorOf(context.actor),
          entityName: by.name,
        })
      })
    },

    async end(context, by, id) {
      await own(by, id)
      await commit(deps, context, async ({ trx, audit }) => {
        await deleteSession(trx, id)
        audit({ action: 'session.ended', entityId: operatorOf(context.actor), entityName: by.name })
      })
    },
  }
}

async function logInWithPassword(
  deps: UserDeps,
  { email, password }: Extract<LogIn, { kind: 'password' }>,
  from: LogInFrom,
): Promise<LoggedIn> {
  const { store, limits, passwords } = deps
  const found = await findUserByEmail(store.db, email)
  const counted = [
    limits.ofAddress(from.address),
    (await knownBrowser(deps, from, found)) ?? limits.ofAccount(email),
  ]
  const tries = await limits.countTry(counted)
  const isRight = await passwords.verify(password, found?.password)
  if (!isRight || found === undefined || found.user.isDisabled) {
    const reason = refusalReason(isRight, found)
    throw await refused(
      deps,
      from,
      found?.user,
      reason,
      'The e-mail address or the password is wrong.',
    )
  }
  const { user } = found
  const better = passwords.isOutdated(found.password) ? await passwords.hash(password) : undefined
  const nowMs = deps.clock.now()
  return await begin(deps, from, {
    tries,
    async principal(trx, sessionId) {
      const now = await findUser(trx, user.id)
      // Changed while the password was looked at.
      if (now === undefined || now.user.isDisabled || now.password !== found.password)
        return undefined
      await noteLogIn(trx, user.id, nowMs)
      if (better !== undefined) await rehash(trx, user.id, found.password, better)
      return principalOfUser(now.user, sessionId)
    },
  })
}

/** What a browser is counted by that was signed in to the account before and did not log out. */
async function knownBrowser(
  { store, limits }: UserDeps,
  { secret }: LogInFrom,
  found: StoredUser | undefined,
): Promise<Counted | undefined> {
  if (secret === undefined || found === undefined) return undefined
  const session = await findSession(store.db, sessionDigest(secret))
  const isOfUser = session?.of.kind === 'user' && session.of.id === found.user.id
  return session !== undefined && isOfUser ? limits.ofSession(session.id) : undefined
}

function refusalReason(isRight: boolean, found: StoredUser | undefined): string {
  if (found === undefined) return 'unknown'
  return isRight ? 'disabled' : 'password'
}

async function logInWithToken(
  deps: UserDeps,
  { token }: Extract<LogIn, { kind: 'token' }>,
  from: LogInFrom,
): Promise<LoggedIn> {
  const counted = [deps.limits.ofAddress(from.address)]
  const tries = await deps.limits.countTry(counted)
  const known: Known = await findByToken(deps, token)
  if (known.kind !== 'known') {
    throw await refused(deps, from, undefined, `token ${known.kind}`, 'The API token is not valid.')
  }
  return await begin(deps, from, {
    tries,
    principal: async (_trx, sessionId) => ({ ...known.principal, sessionId }),
  })
}

async function begin(
  deps: UserDeps,
  from: LogInFrom,
  ask: {
    readonly tries: readonly Try[]
    /** Undefined when it may not be after all. */
    principal(trx: Trx, sessionId: string): Promise<Principal | undefined>
  },
): Promise<LoggedIn> {
  const { store, clock, sessionTimes = SESSION_TIMES } = deps
  const nowMs = clock.now()
  const secret = mintSessionSecret()
  const id = randomBase62(12, 17)
  return await store.db.transaction().execute(async (trx) => {
    const principal = await ask.principal(trx, id)
    if (principal === undefined) throw new PublicError('unauthorized', 'Try to log in again.')
    const session: Session = {
      id,
      of: { kind: principal.kind, id: principal.id },
      createdAtMs: nowMs,
      seenAtMs: nowMs,
      endMs: Math.min(nowMs + sessionTimes.lifeMs, principal.expireMs ?? Number.POSITIVE_INFINITY),
      address: from.address,
      agent: from.agent.slice(0, AGENT_CHARS_MAX),
    }
    await deps.limits.succeeded(trx, ask.tries)
    await deleteEndedSessions(trx, nowMs)
    await replaceSession(trx, from.secret)
    await insertSession(trx, session, sessionDigest(secret))
    const actor = actorFor(principal, from.requestId, from.address)
    const entry = { ...logInEntry('user.logged-in', actor), after: { session: id } }
    await insertAudit(trx, { revision: null, nowMs, actor }, entry)
    return { principal, session, secret }
  })
}

/** The browser has one cookie: what it was signed in by until now would be out of reach. */
async function replaceSession(trx: Trx, secret: string | undefined): Promise<void> {
  if (secret === undefined) return
  const session = await findSession(trx, sessionDigest(secret))
  if (session !== undefined) await deleteSession(trx, session.id)
}

/** Notes it, and answers who asked with no more than `sentence`. */
async function refused(
  { store }: UserDeps,
  { requestId, address }: LogInFrom,
  user: User | undefined,
  reason: string,
  sentence: string,
): Promise<PublicError> {
  const actor: Actor = { tokenId: 0, userId: 0, name: 'nobody', requestId, address }
  await auditOnly(store, actor, {
    action: 'user.log-in-refused',
    entityId: user === undefined ? '' : `user:${user.id}`,
    // Not what was typed, unless it is known: people type passwords into the wrong field.
    entityName: user?.email ?? '',
    after: { reason },
  })
  return new PublicError('unauthorized', sentence)
}

function logInEntry(action: AuditAction, actor: Actor) {
  return { action, entityId: operatorOf(actor), entityName: actor.name }
}
