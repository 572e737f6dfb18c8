import type { Deployed, Envs, FunctionEntity, SourceFiles } from '../domain/function.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { NetworkAccess } from '../domain/network.ts'
import type { SealedEnvs } from '../domain/secret-envs.ts'
import { fromFlag, fromJson, toFlag, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { keyNamesOf, keyNamesOfNamespaces } from './grant-names.ts'
import type { NamedFilter } from './namespaces.ts'
import { countRows, nameContains, type PageOf } from './paging.ts'
import type { FunctionRow } from './tables.ts'

/** False when the name, or the label that follows from it, is taken. */
export async function insertFunction(
  trx: Trx,
  namespaceId: string,
  fn: Omit<FunctionEntity, 'keys' | 'namespaceKeys' | 'namespaceEnvs' | 'namespaceSecretEnvs'>,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('functions')
    .values({
      id: fn.id,
      namespace_id: namespaceId,
      name: fn.name,
      label: fn.label,
      description: fn.description,
      runtime: fn.source.runtime,
      code_text: fn.source.codeText,
      files: toJson(fn.source.files),
      dependencies: fn.source.dependencies,
      main_method: fn.source.mainMethod,
      envs: toJson(fn.envs),
      secret_envs: toJson(fn.secretEnvs),
      flavor: fn.flavor,
      timeout_seconds: fn.timeoutSeconds,
      max_body_bytes: fn.bodyBytesMax,
      network: fn.network,
      min_instances: fn.autoscaling.minInstances,
      max_instances: fn.autoscaling.maxInstances,
      requires_key: toFlag(fn.requiresKey),
      disabled: toFlag(fn.disabled),
      build_status: fn.buildStatus,
      build_message: fn.buildMessage,
      build_started_at_ms: null,
      build_finished_at_ms: null,
      deployed: fn.deployed === null ? null : toJson(fn.deployed),
      generation: 1,
      revision,
      created_at_ms: fn.createdAtMs,
      updated_at_ms: fn.updatedAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findFunction(
  db: Db,
  scope: Scope,
  name: FunctionName,
): Promise<FunctionEntity | undefined> {
  const rows = await joined(db)
    .where('n.project_id', '=', scope.projectId)
    .where('n.region_id', '=', scope.regionId)
    .where('n.name', '=', name.namespace)
    .where('f.name', '=', name.name)
    .execute()
  return (await entitiesOf(db, rows))[0]
}

/** With the count of the deployments that were asked for; see `recordBuild`. */
export async function findFunctionById(
  db: Db,
  id: string,
): Promise<{ readonly fn: FunctionEntity; readonly generation: number } | undefined> {
  const rows = await joined(db).where('f.id', '=', id).execute()
  const [fn] = await entitiesOf(db, rows)
  return fn === undefined ? undefined : { fn, generation: rows[0]!.generation }
}

/** Functions do not expire: ordering by that is ordering by creation. */
export async function listFunctions(
  db: Db,
  namespaceId: string,
  filter: NamedFilter,
): Promise<PageOf<FunctionEntity>> {
  let query = joined(db).where('f.namespace_id', '=', namespaceId)
  const { search } = filter
  if (search !== undefined) query = query.where(nameContains('f.name', search))
  const direction = filter.descending ? 'desc' : 'asc'
  const ordered =
    filter.orderBy === 'name'
      ? query.orderBy('f.name', direction)
      : query.orderBy('f.created_at_ms', direction).orderBy('f.revision', direction)
  const rows = await ordered.limit(filter.limit).offset(filter.offset).execute()
  return { count: await countRows(query), results: await entitiesOf(db, rows) }
}

/** All functions of the namespaces, oldest first. */
export async function functionsOfNamespaces(
  db: Db,
  namespaceIds: readonly string[],
): Promise<FunctionEntity[]> {
  if (namespaceIds.length === 0) return []
  const rows = await joined(db)
    .where('f.namespace_id', 'in', namespaceIds)
    .orderBy('f.created_at_ms')
    .orderBy('f.revision')
    .execute()
  return await entitiesOf(db, rows)
}

/** How many functions each of the namespaces has, and how many of them can serve; those without any are absent. */
export async function countFunctions(
  db: Db,
  namespaceIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly total: number; readonly ready: number }>> {
  if (namespaceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('functions')
    .select(({ fn, eb }) => [
      'namespace_id',
      fn.countAll<number>().as('total'),
      fn
        .count<number>(
          eb
            .case()
            .when(eb.and([eb('deployed', 'is not', null), eb('disabled', '=', toFlag(false))]))
            .then(1)
            .end(),
        )
        .as('ready'),
    ])
    .where('namespace_id', 'in', namespaceIds)
    .groupBy('namespace_id')
    .execute()
  return new Map(
    rows.map((row) => [row.namespace_id, { total: Number(row.total), ready: Number(row.ready) }]),
  )
}

export interface FunctionColumns {
  readonly description?: string | undefined
  readonly codeText?: string | undefined
  readonly files?: SourceFiles | undefined
  readonly dependencies?: string | undefined
  readonly mainMethod?: string | undefined
  readonly envs?: Envs | undefined
  readonly secretEnvs?: SealedEnvs | undefined
  readonly flavor?: string | undefined
  readonly timeoutSeconds?: number | undefined
  readonly bodyBytesMax?: number | undefined
  readonly network?: NetworkAccess | undefined
  readonly minInstances?: number | undefined
  readonly maxInstances?: number | undefined
  readonly requiresKey?: boolean | undefined
  readonly disabled?: boolean | undefined
}

/** Absent members stay as they are. */
export async function updateFunction(
  trx: Trx,
  id: string,
  patch: FunctionColumns,
  nowMs: number,
): Promise<void> {
  const set = {
    description: patch.description,
    code_text: patch.codeText,
    files: patch.files === undefined ? undefined : toJson(patch.files),
    dependencies: patch.dependencies,
    main_method: patch.mainMethod,
    envs: patch.envs === undefined ? undefined : toJson(patch.envs),
    secret_envs: patch.secretEnvs === undefined ? undefined : toJson(patch.secretEnvs),
    flavor: patch.flavor,
    timeout_seconds: patch.timeoutSeconds,
    max_body_bytes: patch.bodyBytesMax,
    network: patch.network,
    min_instances: patch.minInstances,
    max_instances: patch.maxInstances,
    requires_key: patch.requiresKey === undefined ? undefined : toFlag(patch.requiresKey),
    disabled: patch.disabled === undefined ? undefined : toFlag(patch.disabled),
    updated_at_ms: nowMs,
  }
  await trx.updateTable('functions').set(set).where('id', '=', id).execute()
}

/** Takes its grants with it. */
export async function deleteFunction(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('functions').where('id', '=', id).execute()
}

function joined(db: Db) {
  return db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .selectAll('f')
    .select([
      'n.project_id',
      'n.region_id',
      'n.name as namespace',
      'n.envs as namespace_envs',
      'n.secret_envs as namespace_secret_envs',
    ])
}

interface JoinedRow extends FunctionRow {
  project_id: number
  region_id: number
  namespace: string
  namespace_envs: string
  namespace_secret_envs: string
}

async function entitiesOf(db: Db, rows: readonly JoinedRow[]): Promise<FunctionEntity[]> {
  const keys = await keyNamesOf(
    db,
    rows.map((row) => row.id),
  )
  const namespaceIds = rows.map((row) => row.namespace_id)
  const namespaceKeys = await keyNamesOfNamespaces(db, [...new Set(namespaceIds)])
  return rows.map((row) =>
    entityOf(row, {
      keys: keys.get(row.id) ?? [],
      namespaceKeys: namespaceKeys.get(row.namespace_id) ?? [],
    }),
  )
}

function entityOf(
  row: JoinedRow,
  openedBy: Pick<FunctionEntity, 'keys' | 'namespaceKeys'>,
): FunctionEntity {
  return {
    id: row.id,
    projectId: row.project_id,
    regionId: row.region_id,
    namespaceId: row.namespace_id,
    namespace: row.namespace,
    name: row.name,
    description: row.description,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    label: row.label,
    source: {
      runtime: row.runtime,
      codeText: row.code_text,
      files: fromJson<SourceFiles>(row.files),
      dependencies: row.dependencies,
      mainMethod: row.main_method,
    },
    envs: fromJson<Envs>(row.envs),
    namespaceEnvs: fromJson<Envs>(row.namespace_envs),
    secretEnvs: fromJson<SealedEnvs>(row.secret_envs),
    namespaceSecretEnvs: fromJson<SealedEnvs>(row.namespace_secret_envs),
    flavor: row.flavor,
    timeoutSeconds: row.timeout_seconds,
    bodyBytesMax: row.max_body_bytes,
    network: row.network,
    autoscaling: { minInstances: row.min_instances, maxInstances: row.max_instances },
    requiresKey: fromFlag(row.requires_key),
    disabled: fromFlag(row.disabled),
    ...openedBy,
    buildStatus: row.build_status,
    buildMessage: row.build_message,
    deployed: row.deployed === null ? null : fromJson<Deployed>(row.deployed),
  }
}
