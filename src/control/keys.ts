import { auditedKey } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import { isExpired, type Key, UNLIMITED } from '../domain/key.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../domain/key-secret.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import { newId } from '../lib/ids.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Trx } from '../store/dialect.ts'
import { functionIdsByName, replaceGrantsOfKey } from '../store/grants.ts'
import { deleteKey, findKey, insertKey, listKeys, updateKey } from '../store/keys.ts'
import { commit } from './commit.ts'
import type { KeyUseCases } from './control.ts'
import type { ControlDeps } from './deps.ts'
import { touchKey } from './keys-changed.ts'
import { nameTaken, noKey, requireScope } from './scope.ts'

const DAY_MS = 24 * 60 * 60 * 1000

type NewKey = Parameters<KeyUseCases['create']>[2]
type KeyPatch = Parameters<KeyUseCases['update']>[3]

export function keyUseCases(deps: ControlDeps): KeyUseCases {
  const { db } = deps.store
  return {
    async list(scope, { expireInDays, orderBy, ...query }) {
      await requireScope(db, scope)
      const nowMs = deps.clock.now()
      return await listKeys(db, scope, {
        ...query,
        orderBy: orderBy.field,
        descending: orderBy.descending,
        ...(expireInDays === undefined
          ? {}
          : { expires: { afterMs: nowMs, untilMs: nowMs + expireInDays * DAY_MS } }),
      })
    },

    async get(scope, name) {
      await requireScope(db, scope)
      return await requireKey(db, scope, name)
    },

    create: (context, scope, input) =>
      commit(deps, context, (handle) => create(handle, scope, input)),

    update: (context, scope, name, patch) =>
      commit(deps, context, (handle) => update(handle, scope, name, patch)),

    delete: (context, scope, name) =>
      commit(deps, context, (handle) => remove(handle, scope, name)),
  }
}

async function create(
  handle: ChangeHandle,
  scope: Scope,
  input: NewKey,
): Promise<{ key: Key; secret: string }> {
  const { trx, nowMs, revision } = handle
  await requireScope(trx, scope)
  refusePastExpiry(input.expireMs, nowMs)
  const functionIds = await requireFunctions(trx, scope, input.functions)
  const secret = mintKeySecret()
  const id = newId()
  const facts = {
    id,
    projectId: scope.projectId,
    regionId: scope.regionId,
    name: input.name,
    description: input.description,
    hint: keySecretHint(secret),
    issuedBy: handle.actor.name,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    expireMs: input.expireMs,
  }
  if (!(await insertKey(trx, facts, keySecretDigest(secret), revision))) {
    throw nameTaken('key', input.name)
  }
  await replaceGrantsOfKey(trx, id, { functions: plain(functionIds) })
  await touchKey(handle, id)
  const key = await requireKey(trx, scope, input.name)
  handle.audit({
    action: 'key.created',
    entityId: id,
    entityName: key.name,
    scope,
    after: auditedKey(key),
  })
  return { key, secret }
}

async function update(
  handle: ChangeHandle,
  scope: Scope,
  name: string,
  patch: KeyPatch,
): Promise<Key> {
  const { trx, nowMs } = handle
  await requireScope(trx, scope)
  const before = await requireKey(trx, scope, name)
  if (patch.expireMs !== undefined) refusePastExpiry(patch.expireMs, nowMs)
  await updateKey(trx, before.id, patch, nowMs)
  if (patch.functions !== undefined) {
    const functionIds = await requireFunctions(trx, scope, patch.functions)
    await replaceGrantsOfKey(trx, before.id, { functions: plain(functionIds) })
  }
  await touchKey(handle, before.id)
  const after = await requireKey(trx, scope, name)
  handle.audit({
    action: 'key.updated',
    entityId: after.id,
    entityName: name,
    scope,
    before: auditedKey(before),
    after: auditedKey(after),
  })
  return after
}

async function remove(handle: ChangeHandle, scope: Scope, name: string): Promise<null> {
  await requireScope(handle.trx, scope)
  const key = await requireKey(handle.trx, scope, name)
  await deleteKey(handle.trx, key.id)
  await touchKey(handle, key.id)
  handle.audit({
    action: 'key.deleted',
    entityId: key.id,
    entityName: name,
    scope,
    before: auditedKey(key),
  })
  return null
}

function plain(functionIds: ReadonlySet<string>) {
  return [...functionIds].map((functionId) => ({ functionId, ...UNLIMITED }))
}

async function requireKey(db: Parameters<typeof findKey>[0], scope: Scope, name: string) {
  const key = await findKey(db, scope, name)
  if (key === undefined) throw noKey(name)
  return key
}

function refusePastExpiry(expireMs: number | null, nowMs: number): void {
  if (!isExpired(expireMs, nowMs)) return
  throw new PublicError('expire_in_past', undefined, [
    { field: 'expire', message: 'must lie in the future' },
  ])
}

/** The ids of the functions; refuses with the names of all that do not exist. */
async function requireFunctions(
  trx: Trx,
  scope: Scope,
  names: readonly FunctionName[],
): Promise<Set<string>> {
  const ids = await functionIdsByName(trx, scope, names)
  const unknown = names.flatMap((name, i) =>
    ids[i] === undefined ? [{ field: `functions.${i}`, name: formatFunctionName(name) }] : [],
  )
  if (unknown.length > 0) {
    throw new PublicError(
      'unknown_functions',
      `The key names functions that do not exist: ${unknown.map((u) => u.name).join(', ')}.`,
      unknown.map(({ field, name }) => ({ field, message: `there is no function ${name}` })),
    )
  }
  return new Set(ids.filter((id) => id !== undefined))
}
