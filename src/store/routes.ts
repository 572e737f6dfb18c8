import type { Deployed } from '../domain/function.ts'
import { routeOf } from '../domain/route-of.ts'
import type { Route } from '../domain/routes.ts'
import { touched } from './change-log.ts'
import { fromFlag, fromJson } from './columns.ts'
import type { Db } from './dialect.ts'

/** Routes in the order of their functions' ids: all of these functions, or some after one. */
export type RouteFilter =
  | { readonly touchedSince: number }
  | { readonly afterId: string; readonly limit: number }

export async function readRoutes(db: Db, filter: RouteFilter): Promise<Route[]> {
  const rows = await rowsOf(db, filter).execute()
  return rows.map((row) =>
    routeOf({
      id: row.id,
      projectId: row.project_id,
      regionId: row.region_id,
      namespaceId: row.namespace_id,
      namespace: row.namespace,
      name: row.name,
      label: row.label,
      requiresKey: fromFlag(row.requires_key),
      disabled: fromFlag(row.disabled),
      timeoutSeconds: row.timeout_seconds,
      bodyBytesMax: row.max_body_bytes,
      network: row.network,
      autoscaling: { minInstances: row.min_instances, maxInstances: row.max_instances },
      deployed: row.deployed === null ? null : fromJson<Deployed>(row.deployed),
    }),
  )
}

function rowsOf(db: Db, filter: RouteFilter) {
  const all = db
    .selectFrom('functions as f')
    .innerJoin('namespaces as n', 'n.id', 'f.namespace_id')
    .select([
      'f.id',
      'n.project_id',
      'n.region_id',
      'f.namespace_id',
      'n.name as namespace',
      'f.name',
      'f.label',
      'f.requires_key',
      'f.disabled',
      'f.timeout_seconds',
      'f.max_body_bytes',
      'f.network',
      'f.min_instances',
      'f.max_instances',
      'f.deployed',
    ])
    .orderBy('f.id')
  if ('limit' in filter) return all.where('f.id', '>', filter.afterId).limit(filter.limit)
  return all.where('f.id', 'in', touched(db, 'function', filter.touchedSince))
}
