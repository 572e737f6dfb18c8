import type { Envs } from '../domain/function.ts'
import type { Scope } from '../domain/names.ts'
import type { Namespace } from '../domain/namespace.ts'
import type { SealedEnvs } from '../domain/secret-envs.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, nameContains, type PageOf, type Slice } from './paging.ts'
import type { NamespaceRow } from './tables.ts'

/** False when the name is taken. */
export async function insertNamespace(
  trx: Trx,
  namespace: Namespace,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('namespaces')
    .values({
      id: namespace.id,
      project_id: namespace.projectId,
      region_id: namespace.regionId,
      name: namespace.name,
      description: namespace.description,
      envs: toJson(namespace.envs),
      secret_envs: toJson(namespace.secretEnvs),
      revision,
      created_at_ms: namespace.createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findNamespace(
  db: Db,
  scope: Scope,
  name: string,
): Promise<Namespace | undefined> {
  const row = await db
    .selectFrom('namespaces')
    .selectAll()
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? undefined : namespaceOf(row)
}

export interface NamedFilter extends Slice {
  /** A substring of the name. */
  readonly search?: string
  readonly orderBy: 'created_at' | 'expire' | 'name'
  readonly descending: boolean
}

/** Namespaces do not expire: ordering by that is ordering by creation. */
export async function listNamespaces(
  db: Db,
  scope: Scope,
  filter: NamedFilter,
): Promise<PageOf<Namespace>> {
  let query = db
    .selectFrom('namespaces')
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
  const { search } = filter
  if (search !== undefined) query = query.where(nameContains('name', search))
  const direction = filter.descending ? 'desc' : 'asc'
  const ordered =
    filter.orderBy === 'name'
      ? query.orderBy('name', direction)
      : query.orderBy('created_at_ms', direction).orderBy('revision', direction)
  const rows = await ordered.selectAll().limit(filter.limit).offset(filter.offset).execute()
  return { count: await countRows(query), results: rows.map(namespaceOf) }
}

export async function updateNamespace(
  trx: Trx,
  id: string,
  patch: { description?: string; envs?: Envs; secretEnvs?: SealedEnvs },
): Promise<void> {
  const { description, envs, secretEnvs } = patch
  if (description === undefined && envs === undefined && secretEnvs === undefined) return
  await trx
    .updateTable('namespaces')
    .set({
      ...(description === undefined ? {} : { description }),
      ...(envs === undefined ? {} : { envs: toJson(envs) }),
      ...(secretEnvs === undefined ? {} : { secret_envs: toJson(secretEnvs) }),
    })
    .where('id', '=', id)
    .execute()
}

/** Takes its functions and their grants with it. */
export async function deleteNamespace(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('namespaces').where('id', '=', id).execute()
}

function namespaceOf(row: NamespaceRow): Namespace {
  return {
    id: row.id,
    projectId: row.project_id,
    regionId: row.region_id,
    name: row.name,
    description: row.description,
    envs: fromJson<Envs>(row.envs),
    secretEnvs: fromJson<SealedEnvs>(row.secret_envs),
    createdAtMs: row.created_at_ms,
  }
}
