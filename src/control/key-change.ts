import { auditedKey } from '../domain/audit-views.ts'
import { keyEditTag } from '../domain/edit-tag.ts'
import type { Key } from '../domain/key.ts'
import type { Scope } from '../domain/names.ts'
import type { ChangeHandle } from '../store/change.ts'
import { replaceGrantsOfKey } from '../store/grants.ts'
import { type KeyColumns, updateKey } from '../store/keys.ts'
import { checkLimitCount, checkTimes, refusePastExpiry, requireGrants } from './key-input.ts'
import { requirePolicy } from './key-policy.ts'
import { tellOfKey, touchKey } from './keys-changed.ts'
import type { KeyPatch } from './keys-control.ts'
import type { ChangeContext } from './requests.ts'
import { requireFreeName, requireKey, requireScope } from './scope.ts'
import { requireUnchanged } from './unchanged.ts'

/** The rule of a change of a key. */
export async function changeKey(
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: string,
  patch: KeyPatch,
): Promise<Key> {
  const { trx, nowMs } = handle
  await requireScope(trx, scope)
  const before = await requireKey(trx, scope, name)
  requireUnchanged(context, 'key', name, keyEditTag(before))
  const columns = columnsOf(before, patch, nowMs)
  if (columns.name !== undefined) await requireFreeName(trx, scope, columns.name)
  await checkNewTimes(handle, before, columns)
  const grants = await requireGrants(trx, scope, patch)
  await updateKey(trx, before.id, columns, nowMs)
  await replaceGrantsOfKey(trx, before.id, grants)
  await touchKey(handle, before.id)
  const after = await requireKey(trx, scope, columns.name ?? name)
  checkLimitCount(after, patch)
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
  tellOfKey(handle, action, after)
}
