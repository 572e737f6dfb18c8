import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { type FirstUse, firstUseAtMs } from '../domain/key-rotation.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import { change } from '../store/change.ts'
import { awaitedKeys, type RotatedKey, setRotationUsed } from '../store/key-rotation.ts'
import type { Store } from '../store/open.ts'
import { addUsage, type CountedUsage } from '../store/usage.ts'
import type { ControlDeps } from './deps.ts'
import { touchKey } from './keys-changed.ts'

export interface IntakeDeps {
  readonly store: Store
  readonly nodes: Pick<ControlDeps['nodes'], 'announce'>
}

export interface BroughtUsage extends CountedUsage {
  readonly firstUses?: readonly FirstUse[]
}

/**
 * What a data node brings. First uses come first and count however often they come, also with a delivery
 * that was counted before: so none is lost between the two transactions.
 */
export async function takeUsage(deps: IntakeDeps, usage: BroughtUsage): Promise<void> {
  await takeFirstUses(deps, usage.firstUses ?? [])
  await addUsage(deps.store, usage)
}

/**
 * Has the grace of old secrets begin. Nobody waits for the nodes here: until they have applied it, an old
 * secret works as long as it would have without a first use.
 */
export async function takeFirstUses(deps: IntakeDeps, uses: readonly FirstUse[]): Promise<void> {
  const { store, nodes } = deps
  if ((await awaitedKeys(store.db, uses)).length === 0) return
  try {
    const { revision } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
      const awaited = await awaitedKeys(handle.trx, uses)
      if (awaited.length === 0) throw new KnownAlready()
      for (const { key, use } of awaited) {
        const usedAtMs = firstUseAtMs(key, use.atMs, handle.nowMs)
        await setRotationUsed(handle.trx, key.id, usedAtMs)
        await touchKey(handle, key.id)
        handle.audit({ action: 'key.rotation-started', ...entry(key, usedAtMs) })
      }
    })
    nodes.announce(revision)
  } catch (error) {
    if (!(error instanceof KnownAlready)) throw error
  }
}

/** Another node was faster: nothing is to be changed, and no revision to be counted. */
class KnownAlready extends Error {}

function entry(key: RotatedKey, usedAtMs: number) {
  return {
    entityId: key.id,
    entityName: key.name,
    scope: { projectId: key.projectId, regionId: key.regionId },
    after: {
      hint: key.hint,
      new_used_at: utcSeconds(usedAtMs),
      old_hint: key.oldHint,
      grace_seconds: key.graceSeconds,
      hard_end: utcSeconds(key.hardEndMs),
    },
  }
}
