import type { Change, KeyEntry } from '../domain/routes.ts'
import type { FeedSource } from '../feed/nodes.ts'
import { touched } from './change-log.ts'
import { readCounter } from './counters.ts'
import type { Db } from './dialect.ts'
import type { Store } from './open.ts'
import { readRoutes } from './routes.ts'
import { readSnapshot } from './snapshot.ts'
import type { ChangedKind } from './tables.ts'

/** The content of the feed. Each answer is read in one transaction, so it is of one revision. */
export function feedSource(store: Pick<Store, 'db' | 'openView'>): FeedSource {
  return {
    revision: () => readCounter(store.db, 'revision'),
    snapshot: () => readSnapshot(store),
    changesSince: (revision) => reading(store.db, (db) => changesSince(db, revision)),
  }
}

function reading<T>(db: Db, read: (db: Db) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(read)
}

/**
 * Undefined when the log does not reach back to `revision`, and also when it lies ahead of the
 * store, which was then put back to an older state: only a snapshot is right.
 */
async function changesSince(db: Db, since: number): Promise<Change | undefined> {
  const revision = await readCounter(db, 'revision')
  const floor = await readCounter(db, 'changes_floor')
  if (since < floor || since > revision) return undefined
  const changedRoutes = await readRoutes(db, { touchedSince: since })
  const changedKeys = await keyEntries(db, since)
  const functionIds = await touchedIds(db, 'function', since)
  const keyIds = await touchedIds(db, 'key', since)
  for (const route of changedRoutes) functionIds.delete(route.functionId)
  for (const key of changedKeys) keyIds.delete(key.keyId)
  return {
    revision,
    routes: changedRoutes,
    removedFunctionIds: [...functionIds],
    keys: changedKeys,
    removedKeyIds: [...keyIds],
  }
}

async function touchedIds(db: Db, kind: ChangedKind, since: number): Promise<Set<string>> {
  const rows = await touched(db, kind, since).execute()
  return new Set(rows.map((row) => row.entity_id))
}

/** Those that were touched after `since`. */
async function keyEntries(db: Db, since: number): Promise<KeyEntry[]> {
  const keys = db
    .selectFrom('keys')
    .select(['id', 'project_id', 'name', 'digest', 'expire_ms'])
    .where('id', 'in', touched(db, 'key', since))
    .orderBy('id')
  const grants = db
    .selectFrom('grants')
    .select(['key_id', 'function_id'])
    .where('key_id', 'in', touched(db, 'key', since))
    .orderBy('key_id')
    .orderBy('function_id')
  const opened = new Map<string, string[]>()
  for (const grant of await grants.execute()) {
    const list = opened.get(grant.key_id)
    if (list === undefined) opened.set(grant.key_id, [grant.function_id])
    else list.push(grant.function_id)
  }
  return (await keys.execute()).map((row) => ({
    keyId: row.id,
    projectId: row.project_id,
    name: row.name,
    digest: row.digest,
    expireMs: row.expire_ms,
    functionIds: opened.get(row.id) ?? [],
  }))
}
