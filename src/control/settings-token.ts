import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { auditedToken } from '../domain/audit-views.ts'
import { type PresentedToken, type Token, tokenSecretDigest } from '../domain/token.ts'
import { invariant } from '../lib/assert.ts'
import { type ChangeHandle, change } from '../store/change.ts'
import type { Store } from '../store/open.ts'
import { deleteToken, findToken, insertToken, listTokens } from '../store/tokens.ts'
import { ownerToken } from './tokens.ts'

export type SettingsTokenOutcome =
  | { readonly kind: 'ok' }
  /** A token that was created over the API has this id; the setting needs another one. */
  | { readonly kind: 'id-taken'; readonly id: number }

const NAME = 'LATCHKEY_ADMIN_TOKEN'

/**
 * Makes the token of LATCHKEY_ADMIN_TOKEN the one token of source `settings`, or removes it when the
 * setting is absent. Changes nothing when all is as it should be.
 */
export async function ensureSettingsToken(
  store: Store,
  presented: PresentedToken | undefined,
): Promise<SettingsTokenOutcome> {
  const stored = (await listTokens(store.db)).filter((token) => token.source === 'settings')
  if (presented === undefined) {
    if (stored.length > 0) await changeBySystem(store, (handle) => removeAll(handle, stored))
    return { kind: 'ok' }
  }
  const digest = tokenSecretDigest(presented.secret)
  const found = await findToken(store.db, presented.id)
  if (found?.token.source === 'api') return { kind: 'id-taken', id: presented.id }
  if (found?.digest === digest) return { kind: 'ok' }
  await changeBySystem(store, async (handle) => {
    await removeAll(handle, stored)
    await insertSettingsToken(handle, presented.id, digest)
  })
  return { kind: 'ok' }
}

async function changeBySystem(
  store: Store,
  rule: (handle: ChangeHandle) => Promise<void>,
): Promise<void> {
  await change(store, { actor: SYSTEM_ACTOR }, rule)
}

async function removeAll(handle: ChangeHandle, tokens: readonly Token[]): Promise<void> {
  for (const token of tokens) {
    await deleteToken(handle.trx, token.id)
    handle.audit({
      action: 'token.deleted',
      entityId: String(token.id),
      entityName: token.name,
      before: auditedToken(token),
    })
  }
}

async function insertSettingsToken(
  { trx, nowMs, audit }: ChangeHandle,
  id: number,
  digest: string,
): Promise<void> {
  const token: Token = {
    ...ownerToken(NAME),
    id,
    createdAtMs: nowMs,
    source: 'settings',
    issuedBy: SYSTEM_ACTOR.name,
    lastUsedAtMs: null,
  }
  invariant(await insertToken(trx, token, digest), 'the id was free and the old token removed')
  audit({
    action: 'token.created',
    entityId: String(id),
    entityName: NAME,
    after: auditedToken(token),
  })
}
