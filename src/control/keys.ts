import { auditedKey } from '../domain/audit-views.ts'
import { keyEditTag } from '../domain/edit-tag.ts'
import type { Key } from '../domain/key.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../domain/key-secret.ts'
import type { Scope } from '../domain/names.ts'
import { newId } from '../lib/ids.ts'
import type { ChangeHandle } from '../store/change.ts'
import { moveToDeleted } from '../store/deleted-keys.ts'
import type { Db } from '../store/dialect.ts'
import { findFunction } from '../store/functions.ts'
import { replaceGrantsOfKey } from '../store/grants.ts'
import { listKeys } from '../store/key-list.ts'
import { insertKey } from '../store/keys.ts'
import { findNamespace } from '../store/namespaces.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { changeKey } from './key-change.ts'
import {
  checkKeyInput,
  checkLimitCount,
  checkTimes,
  refusePastExpiry,
  requireGrants,
} from './key-input.ts'
import { requirePolicy } from './key-policy.ts'
import { tellOfKey, touchKey } from './keys-changed.ts'
import type { KeyQuery, KeyUseCases, NewKey } from './keys-control.ts'
import type { ChangeContext } from './requests.ts'
import { nameTaken, noFunction, noNamespace, requireKey, requireScope } from './scope.ts'
import { requireUnchanged } from './unchanged.ts'

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
      return await commit(deps, context, (handle) => changeKey(handle, context, scope, name, patch))
    },

    delete: (context, scope, name, { leaked = false } = {}) =>
      commit(deps, context, (handle) => remove(handle, context, scope, name, leaked)),
  }
}

async function filterOf(db: Db, scope: Scope, query: KeyQuery, nowMs: number) {
  const { expireInDays: days, orderBy, status, opens, namespace, ...rest } = query
  return {
    ...rest,
    orderBy: orderBy.field,
    descending: orderBy.descending,
    status: status && { is: status, nowMs },
    opens: opens && (await requireOpened(db, scope, opens)),
    namespaceId: namespace && (await requireNamespaceId(db, scope, namespace)),
    expires: days === undefined ? undefined : { afterMs: nowMs, untilMs: nowMs + days * DAY_MS },
  }
}

async function requireOpened(db: Db, scope: Scope, name: NonNullable<KeyQuery['opens']>) {
  const fn = await findFunction(db, scope, name)
  if (fn === undefined) throw noFunction(name)
  return { functionId: fn.id, namespaceId: fn.namespaceId }
}

async function requireNamespaceId(db: Db, scope: Scope, name: string): Promise<string> {
  const namespace = await findNamespace(db, scope, name)
  if (namespace === undefined) throw noNamespace(name)
  return namespace.id
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
  checkLimitCount(key, input)
  handle.audit({
    action: 'key.created',
    entityId: id,
    entityName: key.name,
    scope,
    after: auditedKey(key),
  })
  tellOfKey(handle, 'key.created', key)
  return { key, secret }
}

async function remove(
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: string,
  leaked: boolean,
): Promise<Key> {
  const { trx, nowMs, actor, revision } = handle
  await requireScope(trx, scope)
  const key = await requireKey(trx, scope, name)
  requireUnchanged(context, 'key', name, keyEditTag(key))
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
  tellOfKey(handle, action, key)
  return key
}
