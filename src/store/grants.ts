import {
  type FunctionGrant,
  type GrantLimits,
  type NamespaceGrant,
  UNLIMITED,
} from '../domain/key.ts'
import type { FunctionName } from '../domain/names.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/* The relation between keys and functions, from both sides. */

/** Below SQLite's bound on the parameters of one statement. */
const IDS_PER_QUERY = 10_000

/** Names of the keys that open each namespace, in order of their names. */
export async function keyNamesOfNamespaces(
  db: Db,
  namespaceIds: readonly string[],
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>()
  for (const ids of inChunks(namespaceIds)) {
    const rows = await db
      .selectFrom('namespace_grants as g')
      .innerJoin('keys as k', 'k.id', 'g.key_id')
      .select(['g.namespace_id', 'k.name'])
      .where('g.namespace_id', 'in', ids)
      .orderBy('k.name')
      .execute()
    for (const row of rows) append(names, row.namespace_id, row.name)
  }
  return names
}

/** Names of the keys that open each function by its name, in order of their names. */
export async function keyNamesOf(
  db: Db,
  functionIds: readonly string[],
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>()
  for (const ids of inChunks(functionIds)) {
    const rows = await db
      .selectFrom('grants as g')
      .innerJoin('keys as k', 'k.id', 'g.key_id')
      .select(['g.function_id', 'k.name'])
      .where('g.function_id', 'in', ids)
      .orderBy('k.name')
      .execute()
    for (const row of rows) append(names, row.function_id, row.name)
  }
  return names
}

/** The functions that each key opens by name, in order of their names. */
export async function functionGrantsOf(
  db: Db,
  keyIds: readonly string[],
): Promise<Map<string, FunctionGrant[]>> {
  const grants = new Map<string, FunctionGrant[]>()
  for (const ids of inChunks(keyIds)) {
    const rows = await db
      .selectFrom('grants as g')
      .innerJoin('functions as f', 'f.id', 'g.function_id')
      .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
      .select(['g.key_id', 'n.name as namespace', 'f.name', 'g.methods', 'g.paths'])
      .where('g.key_id', 'in', ids)
      .orderBy('n.name')
      .orderBy('f.name')
      .execute()
    for (const row of rows) {
      append(grants, row.key_id, {
        namespace: row.namespace,
        name: row.name,
        ...limitsOf(row),
      })
    }
  }
  return grants
}

/** The namespaces that each key opens, in order of their names. */
export async function namespaceGrantsOf(
  db: Db,
  keyIds: readonly string[],
): Promise<Map<string, NamespaceGrant[]>> {
  const grants = new Map<string, NamespaceGrant[]>()
  for (const ids of inChunks(keyIds)) {
    const rows = await db
      .selectFrom('namespace_grants as g')
      .innerJoin('namespaces as n', 'n.id', 'g.namespace_id')
      .select(['g.key_id', 'n.name as namespace', 'g.methods', 'g.paths'])
      .where('g.key_id', 'in', ids)
      .orderBy('n.name')
      .execute()
    for (const row of rows) {
      append(grants, row.key_id, { namespace: row.namespace, ...limitsOf(row) })
    }
  }
  return grants
}

function limitsOf(row: { readonly methods: string; readonly paths: string }): GrantLimits {
  return { methods: fromJson<string[]>(row.methods), paths: fromJson<string[]>(row.paths) }
}

/** Names of the functions that still exist. */
export async function functionNamesById(
  db: Db,
  functionIds: readonly string[],
): Promise<Map<string, FunctionName>> {
  const names = new Map<string, FunctionName>()
  for (const ids of inChunks(functionIds)) {
    const rows = await db
      .selectFrom('functions as f')
      .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
      .select(['f.id', 'n.name as namespace', 'f.name'])
      .where('f.id', 'in', ids)
      .execute()
    for (const row of rows) names.set(row.id, { namespace: row.namespace, name: row.name })
  }
  return names
}

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

export function* inChunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    yield ids.slice(start, start + IDS_PER_QUERY)
  }
}

function append<T>(lists: Map<string, T[]>, id: string, item: T): void {
  const list = lists.get(id)
  if (list === undefined) lists.set(id, [item])
  else list.push(item)
}
