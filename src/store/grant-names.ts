import type { FunctionGrant, GrantLimits, NamespaceGrant } from '../domain/key.ts'
import type { FunctionName } from '../domain/names.ts'
import { inChunks } from './chunks.ts'
import { fromJson } from './columns.ts'
import type { Db } from './dialect.ts'

/* What keys, functions and namespaces that open, or are opened by, each other are called. */

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

function append<T>(lists: Map<string, T[]>, id: string, item: T): void {
  const list = lists.get(id)
  if (list === undefined) lists.set(id, [item])
  else list.push(item)
}
