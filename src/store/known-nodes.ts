import { fromJson, toJson } from './columns.ts'
import { readMark, setMark } from './marks.ts'
import type { Store } from './open.ts'

const MARK = 'known-nodes'

/** Names of the data nodes that were live when this was last written. */
export async function readKnownNodes(store: Store): Promise<string[]> {
  const mark = await readMark(store.db, MARK)
  return mark === undefined ? [] : fromJson<string[]>(mark)
}

export async function writeKnownNodes(store: Store, names: readonly string[]): Promise<void> {
  await store.db.transaction().execute((trx) => setMark(trx, MARK, toJson(names)))
}
