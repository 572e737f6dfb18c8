import type { SelectQueryBuilder } from 'kysely'
import { RECENT_MEASURES, type RecentMeasure } from '../domain/recent-usage.ts'
import { unreachable } from '../lib/assert.ts'
import type { Db } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import { measureRecentUsage } from './recent-usage.ts'

type OwnField = 'name' | 'namespace' | 'created_at' | 'updated_at'
export type OverviewField = OwnField | RecentMeasure

export interface OverviewOrder {
  readonly orderBy: OverviewField
  readonly descending: boolean
  /** Since when requests count; only what measures need. */
  readonly recentFromMs: number
}

// biome-ignore lint/suspicious/noExplicitAny: which tables are joined does not matter for the order
type Ids = SelectQueryBuilder<any, any, { id: string }>

/** A page of the ids that `query` selects from functions `f` and namespaces `n`. */
export async function idsInOrder(
  db: Db,
  query: Ids,
  order: OverviewOrder & Slice,
): Promise<PageOf<string>> {
  const { orderBy, limit, offset } = order
  if (isMeasure(orderBy)) {
    const ids = await idsByMeasure(db, query, { ...order, orderBy })
    return { count: ids.length, results: ids.slice(offset, offset + limit) }
  }
  const rows = await ordered(query, orderBy, order.descending).limit(limit).offset(offset).execute()
  return { count: await countRows(query), results: rows.map(({ id }) => id) }
}

function isMeasure(field: OverviewField): field is RecentMeasure {
  return (RECENT_MEASURES as readonly string[]).includes(field)
}

/** All of them: what was not called is below whatever was. Those that are equal are in the order of their names. */
async function idsByMeasure(
  db: Db,
  query: Ids,
  order: OverviewOrder & { readonly orderBy: RecentMeasure },
): Promise<string[]> {
  const measures = await measureRecentUsage(db, order.orderBy, order.recentFromMs)
  const rows = await ordered(query, 'name', false).execute()
  const sign = order.descending ? -1 : 1
  return rows
    .map(({ id }) => ({ id, measure: measures.get(id) ?? -1 }))
    .sort((a, b) => sign * (a.measure - b.measure))
    .map(({ id }) => id)
}

function ordered(query: Ids, field: OwnField, descending: boolean): Ids {
  const direction = descending ? 'desc' : 'asc'
  switch (field) {
    case 'name':
      return query.orderBy('f.name', direction).orderBy('n.name', direction)
    case 'namespace':
      return query.orderBy('n.name', direction).orderBy('f.name', direction)
    case 'created_at':
      return query.orderBy('f.created_at_ms', direction).orderBy('f.revision', direction)
    case 'updated_at':
      return query.orderBy('f.updated_at_ms', direction).orderBy('f.revision', direction)
    default:
      return unreachable(field)
  }
}
