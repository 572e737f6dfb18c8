import type { EventType } from '../domain/events.ts'
import type { Key } from '../domain/key.ts'
import { formatFunctionName } from '../domain/names.ts'
import { utcSecondsOrNull } from '../lib/utc-time.ts'
import type { ChangeHandle } from '../store/change.ts'
import { markKeysChanged } from '../store/keys.ts'

/**
 * Tells the feed that the key is new, different or gone, and has the key remember which revision its
 * data nodes must have applied. To be called by whatever changes a key, its grants or what they name.
 */
export async function touchKey(handle: ChangeHandle, id: string): Promise<void> {
  await touchKeys(handle, [id])
}

export async function touchKeys(handle: ChangeHandle, ids: Iterable<string>): Promise<void> {
  const touched = [...new Set(ids)]
  await markKeysChanged(handle.trx, touched, handle.revision)
  for (const id of touched) handle.touch('key', id)
}

/** Tells operators who did it, and what the key was last used for. */
export function tellOfKey(handle: ChangeHandle, type: EventType, key: Key): void {
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
