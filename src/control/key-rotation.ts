import { auditedKey } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import type { Key } from '../domain/key.ts'
import {
  cancelRotation,
  finishRotation,
  type RotationAsk,
  type RotationEnd,
  startRotation,
} from '../domain/key-rotation.ts'
import { keySecretDigest, keySecretHint, mintKeySecret } from '../domain/key-secret.ts'
import type { Scope } from '../domain/names.ts'
import { unreachable } from '../lib/assert.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { ChangeHandle } from '../store/change.ts'
import { listKeyAddresses, type SeenAddress } from '../store/key-addresses.ts'
import { beginRotation, endRotation, revertRotation } from '../store/key-rotation.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { touchKey } from './keys-changed.ts'
import type { ChangeContext, Changed, Page, PageQuery } from './requests.ts'
import { noKey, requireKey, requireScope } from './scope.ts'

export interface KeyRotationUseCases {
  /** The new secret is in this answer only. */
  rotate(
    context: ChangeContext,
    scope: Scope,
    name: string,
    ask: RotationAsk,
  ): Promise<Changed<{ key: Key; secret: string }>>
  /** Back to the old secret. */
  cancel(
    context: ChangeContext,
    scope: Scope,
    name: string,
    isForced: boolean,
  ): Promise<Changed<Key>>
  /** The old secret ends now. */
  finish(context: ChangeContext, scope: Scope, name: string): Promise<Changed<Key>>
  /** From where the key was used; newest first. */
  addresses(scope: Scope, name: string, page: PageQuery): Promise<Page<SeenAddress>>
}

export function keyRotationUseCases(deps: ControlDeps): KeyRotationUseCases {
  const { db } = deps.store
  return {
    rotate: (context, scope, name, ask) =>
      commit(deps, context, (handle) => rotate(handle, scope, name, ask)),

    cancel: (context, scope, name, isForced) =>
      commit(deps, context, (handle) => cancel(handle, scope, name, isForced)),

    finish: (context, scope, name) =>
      commit(deps, context, (handle) => finish(handle, scope, name)),

    async addresses(scope, name, page) {
      await requireScope(db, scope)
      const found = await listKeyAddresses(db, scope, name, page)
      if (found === undefined) throw noKey(name)
      return found
    },
  }
}

async function rotate(
  handle: ChangeHandle,
  scope: Scope,
  name: string,
  ask: RotationAsk,
): Promise<{ key: Key; secret: string }> {
  const { trx, nowMs } = handle
  await requireScope(trx, scope)
  const before = await requireKey(trx, scope, name)
  const plan = startRotation(before, ask, nowMs)
  switch (plan.kind) {
    case 'expired':
      throw new PublicError('conflict', `The key ${name} has expired: renew it before its secret.`)
    case 'under-way':
      throw new PublicError('rotation_under_way')
    case 'hard-end':
      throw new PublicError('invalid_body', undefined, [
        { field: 'hard_end', message: plan.message },
      ])
    case 'start':
      break
    default:
      unreachable(plan)
  }
  const secret = mintKeySecret()
  const ids = { digest: keySecretDigest(secret), hint: keySecretHint(secret) }
  await beginRotation(trx, before.id, ids, { ...plan, startedAtMs: nowMs })
  const key = await changed(handle, 'key.rotated', before)
  handle.event({
    type: 'key.rotated',
    scope,
    keyId: key.id,
    keyName: key.name,
    data: {
      hint: key.hint,
      old_hint: key.rotation!.oldHint,
      grace_seconds: plan.graceSeconds,
      hard_end: utcSeconds(plan.hardEndMs),
    },
  })
  return { key, secret }
}

async function cancel(
  handle: ChangeHandle,
  scope: Scope,
  name: string,
  isForced: boolean,
): Promise<Key> {
  const { trx, nowMs } = handle
  await requireScope(trx, scope)
  const before = await requireKey(trx, scope, name)
  requireEnd(cancelRotation(before, isForced, nowMs), name)
  await revertRotation(trx, before.id, nowMs)
  return await changed(handle, 'key.rotation-canceled', before)
}

async function finish(handle: ChangeHandle, scope: Scope, name: string): Promise<Key> {
  const { trx, nowMs } = handle
  await requireScope(trx, scope)
  const before = await requireKey(trx, scope, name)
  requireEnd(finishRotation(before, nowMs), name)
  await endRotation(trx, before.id, nowMs)
  return await changed(handle, 'key.rotation-finished', before)
}

function requireEnd(end: RotationEnd, name: string): void {
  switch (end.kind) {
    case 'end':
      return
    case 'none':
      throw new PublicError('no_rotation', `The key ${name} has one secret: nothing is rotated.`)
    case 'new-used':
      throw new PublicError(
        'new_secret_used',
        `The new secret of ${name} is in use since ${utcSeconds(end.atMs)}: callers with it would be refused.`,
      )
    default:
      unreachable(end)
  }
}

async function changed(
  handle: ChangeHandle,
  action: 'key.rotated' | 'key.rotation-canceled' | 'key.rotation-finished',
  before: Key,
): Promise<Key> {
  await touchKey(handle, before.id)
  const after = await requireKey(handle.trx, before, before.name)
  handle.audit({
    action,
    entityId: after.id,
    entityName: after.name,
    scope: { projectId: after.projectId, regionId: after.regionId },
    before: audited(before),
    after: audited(after),
  })
  return after
}

function audited(key: Key): object {
  const { rotation } = key
  const shown = rotation && {
    old_hint: rotation.oldHint,
    grace_seconds: rotation.graceSeconds,
    new_used_at: utcSecondsOrNull(rotation.newUsedAtMs),
    hard_end: utcSeconds(rotation.hardEndMs),
  }
  return { ...auditedKey(key), rotation: shown }
}
