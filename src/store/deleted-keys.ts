import type { DeletedKey } from '../domain/deleted-key.ts'
import type { Scope } from '../domain/names.ts'
import { fromFlag, fromJson, toFlag, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { forgetNotices } from './notices.ts'
import { countRows, nameContains, type PageOf, type Slice } from './paging.ts'
import type { DeletedKeyRow, GrantRow, KeyRow, NamespaceGrantRow } from './tables-keys.ts'

/*
 * Deleted keys, apart from those that open something: nothing that reads `keys` can take one for the other.
 * What was in three tables is kept as JSON, to be put back as it was.
 */

/** Of a key that leaked the digests are not kept: nothing shall ever make its secret work again. */
interface Kept {
  readonly key: Omit<KeyRow, 'digest'> & { readonly digest: string | null }
  readonly functions: readonly Omit<GrantRow, 'key_id'>[]
  readonly namespaces: readonly Omit<NamespaceGrantRow, 'key_id'>[]
}

export interface Deletion {
  readonly atMs: number
  readonly by: string
  readonly leaked: boolean
  readonly revision: number
}

/** Takes the key and its grants out of what opens functions. */
export async function moveToDeleted(trx: Trx, id: string, deletion: Deletion): Promise<void> {
  const key = await trx
    .selectFrom('keys')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const functions = await trx
    .selectFrom('grants')
    .select(['function_id', 'methods', 'paths'])
    .where('key_id', '=', id)
    .execute()
  const namespaces = await trx
    .selectFrom('namespace_grants')
    .select(['namespace_id', 'methods', 'paths'])
    .where('key_id', '=', id)
    .execute()
  const kept: Kept = {
    key: deletion.leaked ? { ...key, digest: null, old_digest: null } : key,
    functions,
    namespaces,
  }
  await trx
    .insertInto('deleted_keys')
    .values({
      id,
      project_id: key.project_id,
      region_id: key.region_id,
      name: key.name,
      deleted_at_ms: deletion.atMs,
      deleted_by: deletion.by,
      leaked: toFlag(deletion.leaked),
      revision: deletion.revision,
      kept: toJson(kept),
    })
    .execute()
  await trx.deleteFrom('keys').where('id', '=', id).execute()
}

/** Only one that was deleted after `afterMs`. */
export async function findDeletedKey(
  db: Db,
  scope: Scope,
  id: string,
  afterMs: number,
): Promise<DeletedKey | undefined> {
  const row = await deletedKeys(db, scope, afterMs)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : deletedKeyOf(row)
}

export interface DeletedKeyFilter extends Slice {
  /** A substring of the name. */
  readonly search?: string | undefined
  readonly afterMs: number
}

/** Newest deletion first. */
export async function listDeletedKeys(
  db: Db,
  scope: Scope,
  { search, afterMs, limit, offset }: DeletedKeyFilter,
): Promise<PageOf<DeletedKey>> {
  let query = deletedKeys(db, scope, afterMs)
  if (search !== undefined) query = query.where(nameContains('name', search))
  const rows = await query
    .selectAll()
    .orderBy('deleted_at_ms', 'desc')
    .orderBy('revision', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { count: await countRows(query), results: rows.map(deletedKeyOf) }
}

export interface Restoration {
  /** A free one. */
  readonly name: string
  readonly expireMs: number | null
  readonly atMs: number
}

/** Puts the key back as it was, with those of its grants whose functions and namespaces are still there. */
export async function restoreDeletedKey(
  trx: Trx,
  id: string,
  { name, expireMs, atMs }: Restoration,
): Promise<void> {
  const row = await trx
    .deleteFrom('deleted_keys')
    .where('id', '=', id)
    .where('leaked', '=', toFlag(false))
    .returning('kept')
    .executeTakeFirstOrThrow()
  const { key, functions, namespaces } = fromJson<Kept>(row.kept)
  const digest = key.digest!
  await trx
    .insertInto('keys')
    .values({ ...key, digest, name, expire_ms: expireMs, updated_at_ms: atMs })
    .execute()
  for (const grant of functions) {
    if (!(await exists(trx, 'functions', grant.function_id))) continue
    await trx
      .insertInto('grants')
      .values({ key_id: id, ...grant })
      .execute()
  }
  for (const grant of namespaces) {
    if (!(await exists(trx, 'namespaces', grant.namespace_id))) continue
    await trx
      .insertInto('namespace_grants')
      .values({ key_id: id, ...grant })
      .execute()
  }
}

/** For good. */
export async function purgeDeletedKey(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('deleted_keys').where('id', '=', id).execute()
  await forgetNotices(trx, [id])
}

/** Those that were deleted at `untilMs` or before; so many at most. Returns what is gone now. */
export async function purgeOutdatedKeys(
  trx: Trx,
  untilMs: number,
  limit: number,
): Promise<DeletedKey[]> {
  const outdated = trx
    .selectFrom('deleted_keys')
    .select('id')
    .where('deleted_at_ms', '<=', untilMs)
    .orderBy('deleted_at_ms')
    .limit(limit)
  const rows = await trx
    .deleteFrom('deleted_keys')
    .where('id', 'in', outdated)
    .returningAll()
    .execute()
  await forgetNotices(
    trx,
    rows.map(({ id }) => id),
  )
  return rows.map(deletedKeyOf)
}

function deletedKeys(db: Db, scope: Scope, afterMs: number) {
  return db
    .selectFrom('deleted_keys')
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
    .where('deleted_at_ms', '>', afterMs)
}

async function exists(trx: Trx, table: 'functions' | 'namespaces', id: string): Promise<boolean> {
  const row = await trx.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}

function deletedKeyOf(row: DeletedKeyRow): DeletedKey {
  const { key } = fromJson<Kept>(row.kept)
  return {
    id: row.id,
    projectId: row.project_id,
    regionId: row.region_id,
    name: row.name,
    description: key.description,
    hint: key.hint,
    expireMs: key.expire_ms,
    deletedAtMs: row.deleted_at_ms,
    deletedBy: row.deleted_by,
    leaked: fromFlag(row.leaked),
  }
}
