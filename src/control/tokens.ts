import { auditedToken } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import { mayGrant, mayManageToken, type Principal } from '../domain/principal.ts'
import { OWNER_OF_ALL } from '../domain/role.ts'
import { mintTokenSecret, type Token, tokenSecretDigest } from '../domain/token.ts'
import type { ChangeHandle } from '../store/change.ts'
import { hasLastingOwner } from '../store/owners.ts'
import { deleteToken, findToken, insertToken, listTokens, nextTokenId } from '../store/tokens.ts'
import { findUser } from '../store/users.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import type { NewToken, TokenUseCases } from './operators.ts'
import { nameTaken, requireProjects } from './scope.ts'

export function tokenUseCases(deps: ControlDeps): TokenUseCases {
  const { db } = deps.store
  return {
    async list(by) {
      return (await listTokens(db)).filter((token) => mayManageToken(by, token))
    },

    async get(by, id) {
      return managed(by, id, (await findToken(db, id))?.token)
    },

    async create(context, by, input) {
      const wanted = granted(by, input, deps.clock.now())
      const { value } = await commit(deps, context, async (handle) => {
        await requireMaker(handle, by)
        await requireProjects(handle.trx, wanted.roles)
        return await makeToken(handle, wanted)
      })
      return value
    },

    async delete(context, by, id) {
      await commit(deps, context, (handle) => removeToken(handle, by, id))
    },
  }
}

export type TokenToMake = Pick<Token, 'name' | 'description' | 'roles' | 'expireMs' | 'userId'>

/** Of the server itself: one that may do everything. */
export function ownerToken(name: string): TokenToMake {
  return { name, description: '', roles: OWNER_OF_ALL, expireMs: null, userId: null }
}

/** What the principal gets of what it wants: never more than it has. */
function granted(by: Principal, input: NewToken, nowMs: number): TokenToMake {
  const { name, description = '', roles = by.roles } = input
  if (roles.length === 0) {
    throw new PublicError('forbidden', 'Without any role there is nothing to give to a token.')
  }
  if (!mayGrant(by, roles)) {
    throw new PublicError(
      'forbidden',
      by.kind === 'user'
        ? 'A token may not be given more than your own roles allow.'
        : 'A token makes others only for projects on which it has the role owner.',
    )
  }
  const expireMs = input.expireMs ?? by.expireMs
  if (expireMs !== null && expireMs <= nowMs) {
    throw new PublicError('expire_in_past', undefined, [
      { field: 'expire', message: 'must be later than now' },
    ])
  }
  if (by.expireMs !== null && expireMs !== null && expireMs > by.expireMs) {
    throw new PublicError('forbidden', 'A token may not outlive the token that makes it.')
  }
  return { name, description, roles, expireMs, userId: by.userId }
}

/** Who asks may have been deleted since it was known: nothing of it may outlive that. */
async function requireMaker({ trx }: ChangeHandle, { kind, id, userId }: Principal): Promise<void> {
  const isThere = kind === 'user' || (await findToken(trx, id)) !== undefined
  const person = userId === null ? undefined : (await findUser(trx, userId))?.user
  if (isThere && (userId === null || person?.isDisabled === false)) return
  throw new PublicError('unauthorized', 'Who asks is not known here any more.')
}

/** The secret is in the returned value only. */
export async function makeToken(
  { trx, nowMs, actor, audit }: ChangeHandle,
  wanted: TokenToMake,
): Promise<{ token: Token; secret: string }> {
  const token: Token = {
    ...wanted,
    id: await nextTokenId(trx),
    createdAtMs: nowMs,
    source: 'api',
    issuedBy: actor.name,
    lastUsedAtMs: null,
  }
  const secret = mintTokenSecret()
  if (!(await insertToken(trx, token, tokenSecretDigest(secret)))) {
    throw nameTaken('token', token.name)
  }
  audit({
    action: 'token.created',
    entityId: String(token.id),
    entityName: token.name,
    after: auditedToken(token),
  })
  return { token, secret }
}

/**
 * A token may delete itself, as one that leaked should; the last owner of all may not go, for then
 * nobody could ask for anything any more.
 */
async function removeToken(handle: ChangeHandle, by: Principal, id: number): Promise<void> {
  const token = managed(by, id, (await findToken(handle.trx, id))?.token)
  if (token.source === 'settings') {
    throw new PublicError(
      'conflict',
      'This token comes from LATCHKEY_ADMIN_TOKEN; it goes when the server starts without that setting.',
    )
  }
  await dropToken(handle, token)
  if (!(await hasLastingOwner(handle.trx))) {
    throw new PublicError(
      'conflict',
      'This is the last owner of all projects; make another one before you delete it.',
    )
  }
}

export async function dropToken({ trx, audit }: ChangeHandle, token: Token): Promise<void> {
  await deleteToken(trx, token.id)
  audit({
    action: 'token.deleted',
    entityId: String(token.id),
    entityName: token.name,
    before: auditedToken(token),
  })
}

/** One that may not be seen looks as one that is not there. */
function managed(by: Principal, id: number, token: Token | undefined): Token {
  if (token !== undefined && mayManageToken(by, token)) return token
  throw new PublicError('not_found', `There is no token ${id}.`)
}
