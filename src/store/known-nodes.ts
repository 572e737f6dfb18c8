import type { KnownNode } from '../feed/nodes.ts'
import { fromJson, toJson } from './columns.ts'
import { readMark, setMark } from './marks.ts'
import type { Store } from './open.ts'

const MARK = 'known-nodes'

/** The data nodes that were live when this was last written. */
export async function readKnownNodes(store: Store): Promise<KnownNode[]> {
  const mark = await readMark(store.db, MARK)
  const nodes = mark === undefined ? [] : fromJson<(KnownNode | string)[]>(mark)
  // Once there was no more to know of a node than its name.
  return nodes.map((node) => (typeof node === 'string' ? { name: node, staleAfterMs: 0 } : node))
}

export async function writeKnownNodes(store: Store, nodes: readonly KnownNode[]): Promise<void> {
  await store.db.transaction().execute((trx) => setMark(trx, MARK, toJson(nodes)))
}
