import { auditedToken } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import { mintTokenSecret, type Token, tokenMatches, tokenSecretDigest } from '../domain/token.ts'
import type { ChangeHandle } from '../store/change.ts'
import { deleteToken, findToken, insertToken, listTokens, nextTokenId } from '../store/tokens.ts'
import { commit } from './commit.ts'
import type { TokenUseCases } from './control.ts'
import type { ControlDeps } from './deps.ts'
import { nameTaken } from './scope.ts'

/** Compared with when there is no such token, so that a wrong id takes as long as a wrong secret. */
const NOBODYS_DIGEST = tokenSecretDigest(mintTokenSecret())

export function tokenUseCases(deps: ControlDeps): TokenUseCases {
  const { db } = deps.store
  return {
    async authenticate(presented) {
      const found = await findToken(db, presented.id)
      const matches = tokenMatches(presented, found?.digest ?? NOBODYS_DIGEST)
      return matches ? found?.token : undefined
    },

    list: () => listTokens(db),

    async create(context, name) {
      const { value } = await commit(deps, context, (handle) => makeToken(handle, name))
      return value
    },

    async delete(context, id) {
      await commit(deps, context, (handle) => removeToken(handle, id))
    },
  }
}

/** The secret is in the returned value only. */
export async function makeToken(
  { trx, nowMs, audit }: ChangeHandle,
  name: string,
): Promise<{ token: Token; secret: string }> {
  const token: Token = { id: await nextTokenId(trx), name, createdAtMs: nowMs, source: 'api' }
  const secret = mintTokenSecret()
  if (!(await insertToken(trx, token, tokenSecretDigest(secret)))) throw nameTaken('token', name)
  audit({
    action: 'token.created',
    entityId: String(token.id),
    entityName: name,
    after: auditedToken(token),
  })
  return { token, secret }
}

/**
 * A token may delete itself, as one that leaked should; the last one may not go, for then nobody
 * could ask for anything any more.
 */
async function removeToken({ trx, audit }: ChangeHandle, id: number): Promise<void> {
  const found = await findToken(trx, id)
  if (found === undefined) throw new PublicError('not_found', `There is no token ${id}.`)
  const { token } = found
  if (token.source === 'settings') {
    throw new PublicError(
      'conflict',
      'This token comes from LATCHKEY_ADMIN_TOKEN; it goes when the server starts without that setting.',
    )
  }
  if ((await listTokens(trx)).length === 1) {
    throw new PublicError(
      'conflict',
      'This is the last token; create another one before you delete it.',
    )
  }
  await deleteToken(trx, id)
  audit({
    action: 'token.deleted',
    entityId: String(id),
    entityName: token.name,
    before: auditedToken(token),
  })
}
