import { auditedKey } from '../domain/audit-views.ts'
import type { EventType } from '../domain/events.ts'
import type { Key } from '../domain/key.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../domain/key-secret.ts'
import { formatFunctionName, type Scope } from '../domain/names.ts'
import { newId } from '../lib/ids.ts'
import { utcSecondsOrNull } from '../lib/utc-time.ts'
import type { ChangeHandle } from '../store/change.ts'
import { moveToDeleted } from '../store/deleted-keys.ts'
import type { Db } from '../store/dialect.ts'
import { findFunction } from '../store/functions.ts'
import { replaceGrantsOfKey } from '../store/grants.ts'
import { listKeys } from '../store/key-list.ts'
import { findKey, insertKey, isKeyNameTaken, type KeyColumns, updateKey } from '../store/keys.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { checkKeyInput, checkTimes, refusePastExpiry, requireGrants } from './key-input.ts'
import { requirePolicy } from './key-policy.ts'
import { touchKey } from './keys-changed.ts'
import type { KeyPatch, KeyQuery, KeyUseCases, NewKey } from './keys-control.ts'
import { nameTaken, noFunction, noKey, requireScope } from './scope.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export function keyUseCases(deps: ControlDeps): KeyUseCases {
  const { db } = deps.store
  return {
    async list(scope, query) {
      await requireScope(db, scope)
      return await listKeys(db, scope, await filterOf(db, scope, query, deps.clock.now()))
    },

    async get(scope, name) {
      await requireScope(db, scope)
      return await requireKey(db, scope, name)
    },

    async create(context, scope, input) {
      checkKeyInput(input)
      return await commit(deps, context, (handle) => create(handle, scope, input))
    },

    async update(context, scope, name, patch) {
      checkKeyInput(patch)
      return await commit(deps, context, (handle) => update(handle, scope, name, patch))
    },

    delete: (context, scope, name, { leaked = false } = {}) =>
      commit(deps, context, (handle) => remove(handle, scope, name, leaked)),
  }
}

async function filterOf(db: Db, scope: Scope, query: KeyQuery, nowMs: number) {
  const { expireInDays: days, orderBy, status, opens, ...rest } = query
  return {
    ...rest,
    orderBy: orderBy.field,
    descending: orderBy.descending,
    status: status && { is: status, nowMs },
    opens: opens && (await requireOpened(db, scope, opens)),
    expires: days === undefined ? undefined : { afterMs: nowMs, untilMs: nowMs + days * DAY_MS },
  }
}

async function requireOpened(db: Db, scope: Scope, name: NonNullable<KeyQuery['opens']>) {
  const fn = await findFunction(db, scope, name)
  if (fn === undefined) throw noFunction(name)
  return { functionId: fn.id, namespaceId: fn.namespaceId }
}

async function create(
  handle: ChangeHandle,
  scope: Scope,
  input: NewKey,
): Promise<{ key: Key; secret: string }> {
  const { trx, nowMs, revision } = handle
  await requireScope(trx, scope)
  const { expireMs, notBeforeMs = null } = input
  refusePastExpiry(expireMs, nowMs)
  checkTimes({ notBeforeMs, expireMs })
  await requirePolicy(trx, scope.projectId, expireMs, nowMs)
  const grants = await requireGrants(trx, scope, input)
  const secret = mintKeySecret()
  const id = newId()
  const facts = {
    id,
    projectId: scope.projectId,
    regionId: scope.regionId,
    name: input.name,
    description: input.description,
    labels: input.labels ?? {},
    hint: keySecretHint(secret),
    issuedBy: handle.actor.name,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    notBeforeMs,
    expireMs,
    disabledAtMs: input.disabled === true ? nowMs : null,
  }
  if (!(await insertKey(trx, facts, keySecretDigest(secret), revision))) {
    throw nameTaken('key', input.name)
  }
  await replaceGrantsOfKey(trx, id, grants)
  await touchKey(handle, id)
  const key = await requireKey(trx, scope, input.name)
  handle.audit({
    action: 'key.created',
    entityId: id,
    entityName: key.name,
    scope,
    after: auditedKey(key),
  })
  tell(handle, 'key.created', key)
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
  const columns = columnsOf(before, patch, nowMs)
  if (columns.name !== undefined && (await isKeyNameTaken(trx, scope, columns.name))) {
    throw nameTaken('key', columns.name)
  }
  await checkNewTimes(handle, before, columns)
  const grants = await requireGrants(trx, scope, patch)
  await updateKey(trx, before.id, columns, nowMs)
  await replaceGrantsOfKey(trx, before.id, grants)
  await touchKey(handle, before.id)
  const after = await requireKey(trx, scope, columns.name ?? name)
  recordUpdate(handle, before, after, patch)
  return after
}

/** What really changes of the times and the name: to send a key back as it was read asks for nothing. */
function columnsOf(before: Key, patch: KeyPatch, nowMs: number): KeyColumns {
  const { name, description, labels, notBeforeMs, expireMs, disabled } = patch
  const changed = <T>(wanted: T | undefined, now: T) => (wanted === now ? undefined : wanted)
  const isSwitched = disabled !== undefined && disabled !== (before.disabledAtMs !== null)
  return {
    name: changed(name, before.name),
    description,
    labels,
    notBeforeMs: changed(notBeforeMs, before.notBeforeMs),
    expireMs: changed(expireMs, before.expireMs),
    disabledAtMs: isSwitched ? (disabled ? nowMs : null) : undefined,
  }
}

async function checkNewTimes(
  { trx, nowMs }: ChangeHandle,
  before: Key,
  { expireMs, notBeforeMs }: KeyColumns,
): Promise<void> {
  if (expireMs !== undefined) {
    refusePastExpiry(expireMs, nowMs)
    await requirePolicy(trx, before.projectId, expireMs, nowMs)
  }
  if (expireMs === undefined && notBeforeMs === undefined) return
  checkTimes({
    expireMs: expireMs === undefined ? before.expireMs : expireMs,
    notBeforeMs: notBeforeMs === undefined ? before.notBeforeMs : notBeforeMs,
  })
}

/** A row for what was changed, and one of its own for switching the key off or on. */
function recordUpdate(handle: ChangeHandle, before: Key, after: Key, patch: KeyPatch): void {
  const isSwitched = (before.disabledAtMs === null) !== (after.disabledAtMs === null)
  const { disabled: _, ...others } = patch
  const scope = { projectId: after.projectId, regionId: after.regionId }
  const entity = { entityId: after.id, entityName: after.name, scope }
  const unswitched = auditedKey({ ...after, disabledAtMs: before.disabledAtMs })
  if (!isSwitched || Object.keys(others).length > 0) {
    handle.audit({
      action: 'key.updated',
      ...entity,
      before: auditedKey(before),
      after: unswitched,
    })
  }
  if (!isSwitched) return
  const action = after.disabledAtMs === null ? 'key.enabled' : 'key.disabled'
  handle.audit({ action, ...entity, before: unswitched, after: auditedKey(after) })
  tell(handle, action, after)
}

async function remove(
  handle: ChangeHandle,
  scope: Scope,
  name: string,
  leaked: boolean,
): Promise<Key> {
  const { trx, nowMs, actor, revision } = handle
  await requireScope(trx, scope)
  const key = await requireKey(trx, scope, name)
  await moveToDeleted(trx, key.id, { atMs: nowMs, by: actor.name, leaked, revision })
  await touchKey(handle, key.id)
  const action = leaked ? 'key.leaked' : 'key.deleted'
  handle.audit({
    action,
    entityId: key.id,
    entityName: name,
    scope,
    before: auditedKey(key),
  })
  tell(handle, action, key)
  return key
}

/** Tells operators who did it, and what the key was last used for. */
export function tell(handle: ChangeHandle, type: EventType, key: Key): void {
  const { lastUse } = key
  const fn = lastUse?.function ?? null
  handle.event({
    type,
    scope: { projectId: key.projectId, regionId: key.regionId },
    keyId: key.id,
    keyName: key.name,
    data: {
      by: handle.actor.name,
      last_used_at: utcSecondsOrNull(lastUse?.atMs ?? null),
      last_used_function: fn === null ? null : formatFunctionName(fn),
    },
  })
}

async function requireKey(db: Db, scope: Scope, name: string): Promise<Key> {
  const key = await findKey(db, scope, name)
  if (key === undefined) throw noKey(name)
  return key
}
