import type { FunctionName, Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'

/** Ids in the order of the names; undefined where there is no such function. */
export async function functionIdsByName(
  db: Db,
  scope: Scope,
  names: readonly FunctionName[],
): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = []
  for (const name of names) {
    const row = await db
      .selectFrom('functions as f')
      .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
      .select('f.id')
      .where('n.project_id', '=', scope.projectId)
      .where('n.region_id', '=', scope.regionId)
      .where('n.name', '=', name.namespace)
      .where('f.name', '=', name.name)
      .executeTakeFirst()
    ids.push(row?.id)
  }
  return ids
}

/** Ids in the order of the names; undefined where there is none of that name. */
export async function idsByName(
  db: Db,
  table: 'keys' | 'namespaces',
  scope: Scope,
  names: readonly string[],
): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = []
  for (const name of names) ids.push(await idByName(db, table, scope, name))
  return ids
}

export async function idByName(
  db: Db,
  table: 'keys' | 'namespaces',
  { projectId, regionId }: Scope,
  name: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom(table)
    .select('id')
    .where('project_id', '=', projectId)
    .where('region_id', '=', regionId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.id
}
