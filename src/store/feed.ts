import { oldSecretEndMs } from '../domain/key.ts'
import type { Change, KeyEntry, LimitedGrant } from '../domain/routes.ts'
import type { FeedSource } from '../feed/nodes.ts'
import { touched } from './change-log.ts'
import { fromJson } from './columns.ts'
import { readCounter } from './counters.ts'
import type { Db } from './dialect.ts'
import type { Store } from './open.ts'
import { readRoutes } from './routes.ts'
import { readSnapshot } from './snapshot.ts'
import type { ChangedKind } from './tables.ts'
import type { KeyRow } from './tables-keys.ts'

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

/** Of the keys that were touched after `since`. */
async function keyEntries(db: Db, since: number): Promise<KeyEntry[]> {
  const rows = await db
    .selectFrom('keys')
    .select(['id', 'project_id', 'name', 'digest', 'expire_ms', 'not_before_ms', 'disabled_at_ms'])
    .select(['old_digest', 'rotation_grace_seconds', 'rotation_used_at_ms', 'rotation_hard_end_ms'])
    .where('id', 'in', touched(db, 'key', since))
    .orderBy('id')
    .execute()
  const opened = await openedBy(db, since)
  return rows.flatMap((row) => entriesOf(row, opened.get(row.id) ?? OPENS_NOTHING))
}

type EntryRow = Pick<
  KeyRow,
  | 'id'
  | 'project_id'
  | 'name'
  | 'digest'
  | 'expire_ms'
  | 'not_before_ms'
  | 'disabled_at_ms'
  | 'old_digest'
  | 'rotation_grace_seconds'
  | 'rotation_used_at_ms'
  | 'rotation_hard_end_ms'
>

/** An old secret's first. */
function entriesOf(row: EntryRow, opened: Opened): KeyEntry[] {
  const both = {
    keyId: row.id,
    projectId: row.project_id,
    name: row.name,
    ...openedMembers(opened),
    ...(row.not_before_ms !== null && { notBeforeMs: row.not_before_ms }),
    ...(row.disabled_at_ms !== null && { isDisabled: true as const }),
  }
  const own = { ...both, digest: row.digest, expireMs: row.expire_ms }
  if (row.old_digest === null) return [own]
  const oldExpireMs = Math.min(row.expire_ms ?? Number.POSITIVE_INFINITY, oldEndMs(row))
  return [
    { ...both, digest: row.old_digest, expireMs: oldExpireMs, isOld: true },
    { ...own, hasOld: true, ...(row.rotation_used_at_ms === null && { isAwaited: true as const }) },
  ]
}

function oldEndMs(row: EntryRow): number {
  return oldSecretEndMs({
    graceSeconds: row.rotation_grace_seconds!,
    newUsedAtMs: row.rotation_used_at_ms,
    hardEndMs: row.rotation_hard_end_ms!,
  })
}

/** What one key opens. */
interface Opened {
  readonly functionIds: string[]
  readonly namespaceIds: string[]
  readonly limited: LimitedGrant[]
}

const OPENS_NOTHING: Opened = { functionIds: [], namespaceIds: [], limited: [] }

async function openedBy(db: Db, since: number): Promise<Map<string, Opened>> {
  const found = new Map<string, Opened>()
  const grants = await db
    .selectFrom('grants')
    .select(['key_id', 'function_id as id', 'methods', 'paths'])
    .where('key_id', 'in', touched(db, 'key', since))
    .orderBy('function_id')
    .execute()
  for (const grant of grants) take(openedOf(found, grant.key_id), 'functionIds', grant)
  const namespaceGrants = await db
    .selectFrom('namespace_grants')
    .select(['key_id', 'namespace_id as id', 'methods', 'paths'])
    .where('key_id', 'in', touched(db, 'key', since))
    .orderBy('namespace_id')
    .execute()
  for (const grant of namespaceGrants) take(openedOf(found, grant.key_id), 'namespaceIds', grant)
  return found
}

function openedOf(found: Map<string, Opened>, keyId: string): Opened {
  let opened = found.get(keyId)
  if (opened === undefined) {
    opened = { functionIds: [], namespaceIds: [], limited: [] }
    found.set(keyId, opened)
  }
  return opened
}

function take(
  opened: Opened,
  whole: 'functionIds' | 'namespaceIds',
  grant: { readonly id: string; readonly methods: string; readonly paths: string },
): void {
  const methods = fromJson<string[]>(grant.methods)
  const paths = fromJson<string[]>(grant.paths)
  if (methods.length + paths.length === 0) opened[whole].push(grant.id)
  else opened.limited.push({ id: grant.id, methods, paths })
}

function openedMembers({
  functionIds,
  namespaceIds,
  limited,
}: Opened): Pick<KeyEntry, 'functionIds' | 'namespaceIds' | 'limited'> {
  return {
    functionIds,
    ...(namespaceIds.length > 0 && { namespaceIds }),
    ...(limited.length > 0 && { limited }),
  }
}
