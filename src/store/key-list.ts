import {
  type ExpressionBuilder,
  type ExpressionWrapper,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { Key, KeyStatus } from '../domain/key.ts'
import type { Scope } from '../domain/names.ts'
import { unreachable } from '../lib/assert.ts'
import type { Db } from './dialect.ts'
import { keysOfRows } from './keys.ts'
import { countRows, nameContains, type PageOf, type Slice } from './paging.ts'
import type { Tables } from './tables.ts'

/** All that is given must hold. */
export interface KeyFilter extends Slice {
  readonly id?: string | undefined
  /** A substring of the name. */
  readonly search?: string | undefined
  /** Every one of them, with this value where one is given. */
  readonly labels?: readonly LabelFilter[] | undefined
  /** At this moment. */
  readonly status?: { readonly is: KeyStatus; readonly nowMs: number } | undefined
  /** Only keys that open this function, by name or with its namespace, wholly or in part. */
  readonly opens?: { readonly functionId: string; readonly namespaceId: string } | undefined
  /** Only keys that open this namespace as such. */
  readonly namespaceId?: string | undefined
  /** Only keys that expire after `afterMs` and not after `untilMs`. */
  readonly expires?: { readonly afterMs: number; readonly untilMs: number } | undefined
  readonly orderBy: KeyOrder
  readonly descending: boolean
}

export type KeyOrder = 'created_at' | 'expire' | 'name' | 'last_used_at'

export interface LabelFilter {
  readonly name: string
  readonly value?: string | undefined
}

/**
 * A key that never expires stands after all others by expiry, before them when descending; one that was
 * never used stands before all others by last use, after them when descending.
 */
export async function listKeys(db: Db, scope: Scope, filter: KeyFilter): Promise<PageOf<Key>> {
  const query = db
    .selectFrom('keys')
    .where('project_id', '=', scope.projectId)
    .where('region_id', '=', scope.regionId)
    .where((eb) => eb.and(conditions(eb, filter)))
  const rows = await ordered(query, filter)
    .selectAll()
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { count: await countRows(query), results: await keysOfRows(db, rows) }
}

type Keys = ExpressionBuilder<Tables, 'keys'>
type Condition = ExpressionWrapper<Tables, 'keys', SqlBool>

function conditions(eb: Keys, filter: KeyFilter) {
  const { id, search, labels = [], status, opens, namespaceId, expires } = filter
  return [
    ...(id === undefined ? [] : [eb('id', '=', id)]),
    ...(search === undefined ? [] : [nameContains('name', search)]),
    ...labels.map(hasLabel),
    ...(status === undefined ? [] : [hasStatus(eb, status.is, status.nowMs)]),
    ...(opens === undefined ? [] : [isOpening(eb, opens)]),
    ...(namespaceId === undefined ? [] : [isOpeningNamespace(eb, namespaceId)]),
    ...(expires === undefined
      ? []
      : [eb('expire_ms', '>', expires.afterMs), eb('expire_ms', '<=', expires.untilMs)]),
  ]
}

/**
 * The labels are searched as the JSON text that this folder wrote: neither names nor values hold what JSON
 * escapes, so a name with its quotes and colon is there once, and only as a name.
 */
function hasLabel({ name, value }: LabelFilter) {
  const text = JSON.stringify(name)
  return nameContains('labels', `${text}:${value === undefined ? '"' : JSON.stringify(value)}`)
}

/** As `keyStatus` says. */
function hasStatus(eb: Keys, status: KeyStatus, nowMs: number): Condition {
  const lasts = eb.or([eb('expire_ms', 'is', null), eb('expire_ms', '>', nowMs)])
  const enabled = eb('disabled_at_ms', 'is', null)
  switch (status) {
    case 'Expired':
      return eb.and([eb('expire_ms', '<=', nowMs)])
    case 'Disabled':
      return eb.and([lasts, eb('disabled_at_ms', 'is not', null)])
    case 'Scheduled':
      return eb.and([lasts, enabled, eb('not_before_ms', '>', nowMs)])
    case 'Active':
      return eb.and([
        lasts,
        enabled,
        eb.or([eb('not_before_ms', 'is', null), eb('not_before_ms', '<=', nowMs)]),
      ])
    default:
      return unreachable(status)
  }
}

function isOpening(eb: Keys, { functionId, namespaceId }: NonNullable<KeyFilter['opens']>) {
  return eb.or([
    eb(
      'id',
      'in',
      eb.selectFrom('grants').select('grants.key_id').where('function_id', '=', functionId),
    ),
    isOpeningNamespace(eb, namespaceId),
  ])
}

function isOpeningNamespace(eb: Keys, namespaceId: string) {
  const grants = eb.selectFrom('namespace_grants').select('namespace_grants.key_id')
  return eb('id', 'in', grants.where('namespace_id', '=', namespaceId))
}

function ordered(
  query: SelectQueryBuilder<Tables, 'keys', object>,
  { orderBy, descending }: Pick<KeyFilter, 'orderBy' | 'descending'>,
) {
  const direction = descending ? 'desc' : 'asc'
  switch (orderBy) {
    case 'name':
      return query.orderBy('name', direction)
    case 'expire':
      return query
        .orderBy(sql`case when expire_ms is null then 1 else 0 end`, direction)
        .orderBy('expire_ms', direction)
        .orderBy('revision', direction)
    case 'last_used_at':
      return query
        .orderBy(sql`coalesce(last_used_at_ms, 0)`, direction)
        .orderBy('revision', direction)
    case 'created_at':
      return query.orderBy('created_at_ms', direction).orderBy('revision', direction)
    default:
      return unreachable(orderBy)
  }
}
