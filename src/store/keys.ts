import {
  type Key,
  type KeyLastUse,
  type KeyRotation,
  type Labels,
  oldSecretEndMs,
} from '../domain/key.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import { inChunks } from './chunks.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { functionGrantsOf, functionNamesById, namespaceGrantsOf } from './grant-names.ts'
import type { KeyRow } from './tables-keys.ts'

/** What a key begins with; absent members are empty, or null. */
export type NewKeyFacts = Pick<
  Key,
  | 'id'
  | 'projectId'
  | 'regionId'
  | 'name'
  | 'description'
  | 'hint'
  | 'createdAtMs'
  | 'updatedAtMs'
  | 'expireMs'
> &
  Partial<Pick<Key, 'labels' | 'issuedBy' | 'notBeforeMs' | 'disabledAtMs'>>

/** False when the name is taken. Grants are written apart. */
export async function insertKey(
  trx: Trx,
  key: NewKeyFacts,
  digest: string,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('keys')
    .values({
      id: key.id,
      project_id: key.projectId,
      region_id: key.regionId,
      name: key.name,
      description: key.description,
      labels: toJson(key.labels ?? {}),
      hint: key.hint,
      digest,
      issued_by: key.issuedBy ?? '',
      not_before_ms: key.notBeforeMs ?? null,
      expire_ms: key.expireMs,
      disabled_at_ms: key.disabledAtMs ?? null,
      ...NO_ROTATION,
      revision,
      changed_revision: revision,
      created_at_ms: key.createdAtMs,
      updated_at_ms: key.updatedAtMs,
      last_used_at_ms: null,
      last_used_function_id: null,
      last_used_address: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findKey(db: Db, scope: Scope, name: string): Promise<Key | undefined> {
  const rows = await db
    .selectFrom('keys')
    .selectAll()
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
    .where('name', '=', name)
    .execute()
  return (await keysOfRows(db, rows))[0]
}

/** By its id, wherever it lives. */
export async function findKeyById(db: Db, id: string): Promise<Key | undefined> {
  const rows = await db.selectFrom('keys').selectAll().where('id', '=', id).execute()
  return (await keysOfRows(db, rows))[0]
}

/** Names of the keys that still exist. */
export async function keyNamesById(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const some of inChunks(ids)) {
    const rows = await db
      .selectFrom('keys')
      .select(['id', 'name'])
      .where('id', 'in', some)
      .execute()
    for (const row of rows) names.set(row.id, row.name)
  }
  return names
}

export interface KeyColumns {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly labels?: Labels | undefined
  readonly notBeforeMs?: number | null | undefined
  readonly expireMs?: number | null | undefined
  readonly disabledAtMs?: number | null | undefined
}

/** Absent members stay as they are. A name must be free. */
export async function updateKey(
  trx: Trx,
  id: string,
  patch: KeyColumns,
  nowMs: number,
): Promise<void> {
  const set = {
    name: patch.name,
    description: patch.description,
    labels: patch.labels === undefined ? undefined : toJson(patch.labels),
    not_before_ms: patch.notBeforeMs,
    expire_ms: patch.expireMs,
    disabled_at_ms: patch.disabledAtMs,
    updated_at_ms: nowMs,
  }
  await trx.updateTable('keys').set(set).where('id', '=', id).execute()
}

/** Keeps the newest revision that data nodes must apply; ids of keys that are gone are passed over. */
export async function markKeysChanged(
  trx: Trx,
  ids: readonly string[],
  revision: number,
): Promise<void> {
  for (const some of inChunks(ids)) {
    await trx
      .updateTable('keys')
      .set({ changed_revision: revision })
      .where('id', 'in', some)
      .execute()
  }
}

export const NO_ROTATION = {
  old_digest: null,
  old_hint: null,
  rotated_at_ms: null,
  rotation_grace_seconds: null,
  rotation_hard_end_ms: null,
  rotation_used_at_ms: null,
}

/** In the order of the rows. */
export async function keysOfRows(db: Db, rows: readonly KeyRow[]): Promise<Key[]> {
  const ids = rows.map((row) => row.id)
  const functions = await functionGrantsOf(db, ids)
  const namespaces = await namespaceGrantsOf(db, ids)
  const usedIds = rows.flatMap((row) => row.last_used_function_id ?? [])
  const used = await functionNamesById(db, [...new Set(usedIds)])
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    regionId: row.region_id,
    name: row.name,
    description: row.description,
    labels: fromJson<Labels>(row.labels),
    hint: row.hint,
    issuedBy: row.issued_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    notBeforeMs: row.not_before_ms,
    expireMs: row.expire_ms,
    disabledAtMs: row.disabled_at_ms,
    functions: functions.get(row.id) ?? [],
    namespaces: namespaces.get(row.id) ?? [],
    rotation: rotationOf(row),
    lastUse: lastUseOf(row, used),
    changedRevision: row.changed_revision,
  }))
}

function rotationOf(row: KeyRow): KeyRotation | null {
  if (row.old_digest === null) return null
  const times = {
    startedAtMs: row.rotated_at_ms!,
    graceSeconds: row.rotation_grace_seconds!,
    newUsedAtMs: row.rotation_used_at_ms,
    hardEndMs: row.rotation_hard_end_ms!,
  }
  return { ...times, oldHint: row.old_hint!, oldEndsAtMs: oldSecretEndMs(times) }
}

function lastUseOf(row: KeyRow, functions: ReadonlyMap<string, FunctionName>): KeyLastUse | null {
  if (row.last_used_at_ms === null) return null
  return {
    atMs: row.last_used_at_ms,
    function: functions.get(row.last_used_function_id ?? '') ?? null,
    address: row.last_used_address ?? '',
  }
}
