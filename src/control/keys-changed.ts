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
