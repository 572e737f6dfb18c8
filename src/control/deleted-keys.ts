import { auditedKey } from '../domain/audit-views.ts'
import { DELETED_KEYS_DAYS, type DeletedKey } from '../domain/deleted-key.ts'
import { PublicError } from '../domain/errors.ts'
import type { Key } from '../domain/key.ts'
import type { Scope } from '../domain/names.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { ChangeHandle } from '../store/change.ts'
import {
  findDeletedKey,
  listDeletedKeys,
  purgeDeletedKey,
  restoreDeletedKey,
} from '../store/deleted-keys.ts'
import type { Db } from '../store/dialect.ts'
import { findKeyById } from '../store/keys.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { checkTimes, refusePastExpiry } from './key-input.ts'
import { requirePolicy } from './key-policy.ts'
import { tellOfKey, touchKey } from './keys-changed.ts'
import type { DeletedKeyUseCases } from './keys-control.ts'
import { requireFreeName, requireScope } from './scope.ts'

const DAY_MS = 86_400_000

export function deletedKeyUseCases(deps: ControlDeps): DeletedKeyUseCases {
  const { db } = deps.store
  const keptMs = (deps.deletedKeysDays ?? DELETED_KEYS_DAYS) * DAY_MS
  return {
    async list(scope, query) {
      await requireScope(db, scope)
      const page = await listDeletedKeys(db, scope, {
        ...query,
        afterMs: deps.clock.now() - keptMs,
      })
      const results = page.results.map((key) => ({
        key,
        restorableUntilMs: key.leaked ? null : key.deletedAtMs + keptMs,
      }))
      return { count: page.count, results }
    },

    restore: (context, scope, id, input) =>
      commit(deps, context, (handle) => restore(handle, scope, id, keptMs, input)),

    async purge(context, scope, id) {
      await commit(deps, context, async (handle) => {
        const { trx, nowMs } = handle
        const key = await requireDeleted(trx, scope, id, nowMs - keptMs)
        await purgeDeletedKey(trx, id)
        handle.audit(purgeEntry(key))
        return null
      })
    },
  }
}

async function restore(
  handle: ChangeHandle,
  scope: Scope,
  id: string,
  keptMs: number,
  { name: wanted, expireMs: given }: { readonly name?: string; readonly expireMs?: number | null },
): Promise<Key> {
  const { trx, nowMs } = handle
  const deleted = await requireDeleted(trx, scope, id, nowMs - keptMs)
  if (deleted.leaked) throw new PublicError('key_leaked')
  const name = wanted ?? deleted.name
  const expireMs = given === undefined ? deleted.expireMs : given
  if (given !== undefined) refusePastExpiry(given, nowMs)
  await requirePolicy(trx, scope.projectId, expireMs, nowMs)
  await requireFreeName(trx, scope, name)
  await restoreDeletedKey(trx, id, { name, expireMs, atMs: nowMs })
  await touchKey(handle, id)
  const key = (await findKeyById(trx, id))!
  checkTimes(key)
  handle.audit({
    action: 'key.restored',
    entityId: id,
    entityName: name,
    scope,
    after: auditedKey(key),
  })
  tellOfKey(handle, 'key.restored', key)
  return key
}

async function requireDeleted(
  db: Db,
  scope: Scope,
  id: string,
  afterMs: number,
): Promise<DeletedKey> {
  await requireScope(db, scope)
  const key = await findDeletedKey(db, scope, id, afterMs)
  if (key === undefined) throw new PublicError('not_found', 'There is no such deleted key.')
  return key
}

export function purgeEntry(key: DeletedKey): AuditEntry {
  return {
    action: 'key.purged',
    entityId: key.id,
    entityName: key.name,
    scope: { projectId: key.projectId, regionId: key.regionId },
    before: { hint: key.hint, leaked: key.leaked },
  }
}
