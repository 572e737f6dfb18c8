import type { Scope } from '../domain/names.ts'
import type { Db } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'

export interface NamesOfNamespace {
  readonly namespace: string
  /** By name. */
  readonly functions: readonly string[]
}

/** What the functions of each namespace are called, by name, and nothing else of them. */
export async function listFunctionNames(
  db: Db,
  scope: Scope,
  { limit, offset }: Slice,
): Promise<PageOf<NamesOfNamespace>> {
  const all = db
    .selectFrom('namespaces')
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
  const page = all.select(['id', 'name']).orderBy('name').limit(limit).offset(offset)
  const namespaces = await page.execute()
  const ids = namespaces.map(({ id }) => id)
  const functions =
    ids.length === 0
      ? []
      : await db
          .selectFrom('functions')
          .select(['namespace_id', 'name'])
          .where('namespace_id', 'in', ids)
          .orderBy('name')
          .execute()
  const byNamespace = Map.groupBy(functions, (fn) => fn.namespace_id)
  const results = namespaces.map(({ id, name }) => ({
    namespace: name,
    functions: (byNamespace.get(id) ?? []).map((fn) => fn.name),
  }))
  return { count: await countRows(all), results }
}
