import { type GrantLimits, UNLIMITED } from '../domain/key.ts'
import { inChunks } from './chunks.ts'
import { toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/* Which keys open which functions and namespaces. */

/** The ids of the keys that open any of the functions. */
export async function keyIdsOfFunctions(
  db: Db,
  functionIds: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const ids of inChunks(functionIds)) {
    const rows = await db
      .selectFrom('grants')
      .select('key_id')
      .distinct()
      .where('function_id', 'in', ids)
      .execute()
    for (const row of rows) found.add(row.key_id)
  }
  return found
}

/** The ids of the keys that open any of the namespaces. */
export async function keyIdsOfNamespaces(
  db: Db,
  namespaceIds: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const ids of inChunks(namespaceIds)) {
    const rows = await db
      .selectFrom('namespace_grants')
      .select('key_id')
      .distinct()
      .where('namespace_id', 'in', ids)
      .execute()
    for (const row of rows) found.add(row.key_id)
  }
  return found
}

/** What a key shall open. Absent lists stay as they are. */
export interface NewGrants {
  readonly functions?: readonly (GrantLimits & { readonly functionId: string })[] | undefined
  readonly namespaces?: readonly (GrantLimits & { readonly namespaceId: string })[] | undefined
}

/** Lets the key open exactly these functions and namespaces. */
export async function replaceGrantsOfKey(
  trx: Trx,
  keyId: string,
  { functions, namespaces }: NewGrants,
): Promise<void> {
  if (functions !== undefined) {
    await trx.deleteFrom('grants').where('key_id', '=', keyId).execute()
    for (const { functionId, ...limits } of functions) {
      await insertGrant(trx, keyId, functionId, limits)
    }
  }
  if (namespaces === undefined) return
  await trx.deleteFrom('namespace_grants').where('key_id', '=', keyId).execute()
  for (const { namespaceId, ...limits } of namespaces) {
    await trx
      .insertInto('namespace_grants')
      .values({ key_id: keyId, namespace_id: namespaceId, ...limitColumns(limits) })
      .execute()
  }
}

/**
 * Lets exactly these keys open the function by name: what those that did may do with it stays, the
 * others may do everything. Returns the ids of the keys for which that is news.
 */
export async function replaceKeysOfFunction(
  trx: Trx,
  functionId: string,
  keyIds: ReadonlySet<string>,
): Promise<Set<string>> {
  const before = await keyIdsOfFunctions(trx, [functionId])
  const gone = [...before].filter((id) => !keyIds.has(id))
  const news = [...keyIds].filter((id) => !before.has(id))
  for (const ids of inChunks(gone)) {
    await trx
      .deleteFrom('grants')
      .where('function_id', '=', functionId)
      .where('key_id', 'in', ids)
      .execute()
  }
  for (const keyId of news) await insertGrant(trx, keyId, functionId, UNLIMITED)
  return new Set([...gone, ...news])
}

async function insertGrant(
  trx: Trx,
  keyId: string,
  functionId: string,
  limits: GrantLimits,
): Promise<void> {
  await trx
    .insertInto('grants')
    .values({ key_id: keyId, function_id: functionId, ...limitColumns(limits) })
    .execute()
}

function limitColumns(limits: GrantLimits) {
  return { methods: toJson(limits.methods), paths: toJson(limits.paths) }
}
