import { type SqlBool, sql } from 'kysely'
import type { BuildStatus } from '../domain/function.ts'
import type { FunctionStatus } from '../domain/function-status.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import { unreachable } from '../lib/assert.ts'
import { fromFlag } from './columns.ts'
import type { Db } from './dialect.ts'
import { idsInOrder, type OverviewOrder } from './overview-order.ts'
import { nameContains, type PageOf, type Slice } from './paging.ts'

/** A function in a list of all: without its code and all that may be long. */
export interface ListedFunction extends FunctionName {
  readonly id: string
  readonly description: string
  readonly runtime: string
  readonly label: string
  readonly requiresKey: boolean
  readonly disabled: boolean
  readonly isDeployed: boolean
  readonly buildStatus: BuildStatus
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export interface OverviewFilter extends Slice, OverviewOrder {
  /** A part of the function's name. */
  readonly search?: string | undefined
  /** The name of a namespace. */
  readonly namespace?: string | undefined
  readonly status?: FunctionStatus | undefined
  /** Functions that have an instance that is ready; only what `status` needs. */
  readonly runningIds: readonly string[]
}

/** The functions of all namespaces of the scope. */
export async function listAllFunctions(
  db: Db,
  scope: Scope,
  filter: OverviewFilter,
): Promise<PageOf<ListedFunction>> {
  const { search, namespace, status } = filter
  let query = db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .where('n.project_id', '=', scope.projectId)
    .where('n.region_id', '=', scope.regionId)
  if (search !== undefined) query = query.where(nameContains('f.name', search))
  if (namespace !== undefined) query = query.where('n.name', '=', namespace)
  if (status !== undefined) query = query.where(hasStatus(status, filter.runningIds))
  // Only of the ids, so that what is put in order is small.
  const { count, results: ids } = await idsInOrder(db, query.select('f.id'), filter)
  const rows = await rowsOf(db, ids)
  // One may have been deleted since its id was read.
  return { count, results: ids.flatMap((id) => rows.get(id) ?? []) }
}

/** As `functionStatus` says. */
function hasStatus(status: FunctionStatus, runningIds: readonly string[]) {
  const enabled = sql<SqlBool>`f.disabled = 0`
  const running =
    runningIds.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`f.id in (${sql.join(runningIds)})`
  switch (status) {
    case 'disabled':
      return sql<SqlBool>`f.disabled = 1`
    case 'failed':
      return sql<SqlBool>`${enabled} and f.deployed is null and f.build_status = 'failed'`
    case 'building':
      return sql<SqlBool>`${enabled} and f.deployed is null and f.build_status <> 'failed'`
    case 'running':
      return sql<SqlBool>`${enabled} and f.deployed is not null and ${running}`
    case 'idle':
      return sql<SqlBool>`${enabled} and f.deployed is not null and not (${running})`
    default:
      return unreachable(status)
  }
}

async function rowsOf(db: Db, ids: readonly string[]): Promise<Map<string, ListedFunction>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .select(['f.id', 'f.name', 'n.name as namespace', 'f.description', 'f.runtime', 'f.label'])
    .select(['f.requires_key', 'f.disabled', 'f.build_status', 'f.created_at_ms'])
    .select(['f.updated_at_ms', sql<number>`f.deployed is not null`.as('is_deployed')])
    .where('f.id', 'in', ids)
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        namespace: row.namespace,
        description: row.description,
        runtime: row.runtime,
        label: row.label,
        requiresKey: fromFlag(row.requires_key),
        disabled: fromFlag(row.disabled),
        isDeployed: Boolean(row.is_deployed),
        buildStatus: row.build_status,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      },
    ]),
  )
}
