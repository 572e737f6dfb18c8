import type { Deployed } from '../domain/function.ts'
import { routeOf } from '../domain/route-of.ts'
import type { Change, KeyEntry, Route } from '../domain/routes.ts'
import type { FeedSource, Snapshot } from '../feed/nodes.ts'
import { fromFlag, fromJson } from './columns.ts'
import { readCounter } from './counters.ts'
import type { Db } from './dialect.ts'
import type { Store } from './open.ts'
import type { ChangedKind } from './tables.ts'

/** The content of the feed. Each answer is read in one transaction, so it is of one revision. */
export function feedSource(store: Pick<Store, 'db'>): FeedSource {
  return {
    revision: () => readCounter(store.db, 'revision'),
    snapshot: () => reading(store.db, snapshot),
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

async function snapshot(db: Db): Promise<Snapshot> {
  return {
    revision: await readCounter(db, 'revision'),
    routes: await routes(db, undefined),
    keys: await keyEntries(db, undefined),
  }
}

/**
 * Undefined when the log does not reach back to `revision`, and also when it lies ahead of the
 * store, which was then put back to an older state: only a snapshot is right.
 */
async function changesSince(db: Db, since: number): Promise<Change | undefined> {
  const revision = await readCounter(db, 'revision')
  const floor = await readCounter(db, 'changes_floor')
  if (since < floor || since > revision) return undefined
  const changedRoutes = await routes(db, since)
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

function touched(db: Db, kind: ChangedKind, since: number) {
  return db
    .selectFrom('changes')
    .select('entity_id')
    .distinct()
    .where('revision', '>', since)
    .where('entity_kind', '=', kind)
}

/** All routes, or those that were touched after `since`. */
async function routes(db: Db, since: number | undefined): Promise<Route[]> {
  let query = db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .select([
      'f.id',
      'n.project_id',
      'n.region_id',
      'n.name as namespace',
      'f.name',
      'f.label',
      'f.requires_key',
      'f.disabled',
      'f.timeout_seconds',
      'f.max_body_bytes',
      'f.min_instances',
      'f.max_instances',
      'f.deployed',
    ])
    .orderBy('f.id')
  if (since !== undefined) query = query.where('f.id', 'in', touched(db, 'function', since))
  const rows = await query.execute()
  return rows.map((row) =>
    routeOf({
      id: row.id,
      projectId: row.project_id,
      regionId: row.region_id,
      namespace: row.namespace,
      name: row.name,
      label: row.label,
      requiresKey: fromFlag(row.requires_key),
      disabled: fromFlag(row.disabled),
      timeoutSeconds: row.timeout_seconds,
      bodyBytesMax: row.max_body_bytes,
      autoscaling: { minInstances: row.min_instances, maxInstances: row.max_instances },
      deployed: row.deployed === null ? null : fromJson<Deployed>(row.deployed),
    }),
  )
}

/** All keys, or those that were touched after `since`. */
async function keyEntries(db: Db, since: number | undefined): Promise<KeyEntry[]> {
  let keys = db
    .selectFrom('keys')
    .select(['id', 'project_id', 'name', 'digest', 'expire_ms'])
    .orderBy('id')
  let grants = db
    .selectFrom('grants')
    .select(['key_id', 'function_id'])
    .orderBy('key_id')
    .orderBy('function_id')
  if (since !== undefined) {
    keys = keys.where('id', 'in', touched(db, 'key', since))
    grants = grants.where('key_id', 'in', touched(db, 'key', since))
  }
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
