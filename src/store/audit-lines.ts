import type { SelectQueryBuilder } from 'kysely'
import type { AuditAction } from '../domain/audit.ts'
import type { ChainHead } from '../domain/audit-chain.ts'
import type { AuditLine } from '../domain/audit-line.ts'
import { auditLineOf } from './audit-rows.ts'
import type { Db } from './dialect.ts'
import type { Tables } from './tables.ts'

/** All that is given must hold. */
export interface AuditFilter {
  /** Rows of these projects and of none else. */
  readonly projectIds?: readonly number[] | undefined
  readonly regionIds?: readonly number[] | undefined
  readonly actions?: readonly AuditAction[] | undefined
  /** What the action begins with: `key.` for all that happened to keys. */
  readonly actionPrefix?: string | undefined
  /** What who asked was called then, whole. */
  readonly actor?: string | undefined
  readonly tokenId?: number | undefined
  readonly userId?: number | undefined
  readonly entityIds?: readonly string[] | undefined
  readonly entityName?: string | undefined
  readonly requestId?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly revision?: number | undefined
  /** Both ends included. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Only rows with a greater number. */
  readonly afterSequence?: number | undefined
  /** Only rows with a smaller number. */
  readonly beforeSequence?: number | undefined
}

export interface AuditPageQuery extends AuditFilter {
  /** Newest first. */
  readonly descending: boolean
  readonly limit: number
  readonly offset?: number
}

export async function readAuditLines(db: Db, query: AuditPageQuery): Promise<AuditLine[]> {
  const rows = await filtered(db, query)
    .selectAll()
    .orderBy('sequence', query.descending ? 'desc' : 'asc')
    .limit(query.limit)
    .offset(query.offset ?? 0)
    .execute()
  return rows.map(auditLineOf)
}

export async function countAuditLines(db: Db, filter: AuditFilter): Promise<number> {
  const row = await filtered(db, filter)
    .select((eb) => eb.fn.countAll<number | string>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

/** The head that the server keeps, and the number of the last row that is there; 0 when there is none. */
export async function readAuditHead(db: Db): Promise<{ head: ChainHead; lastSequence: number }> {
  const row = await db
    .selectFrom('audit_head')
    .select((eb) => [
      'sequence',
      'hash',
      eb
        .selectFrom('audit')
        .select((sub) => sub.fn.max('sequence').as('last'))
        .as('last'),
    ])
    .executeTakeFirstOrThrow()
  return { head: { sequence: row.sequence, hash: row.hash }, lastSequence: row.last ?? 0 }
}

/** The head as it was when that row was the newest; undefined when there is no such row. */
export async function readChainHead(db: Db, sequence: number): Promise<ChainHead | undefined> {
  return await db
    .selectFrom('audit')
    .select(['sequence', 'hash'])
    .where('sequence', '=', sequence)
    .executeTakeFirst()
}

type Rows = SelectQueryBuilder<Tables, 'audit', object>

function filtered(db: Db, filter: AuditFilter): Rows {
  let rows: Rows = db.selectFrom('audit')
  const { actionPrefix: prefix } = filter
  const lists = [
    ['project_id', filter.projectIds],
    ['region_id', filter.regionIds],
    ['action', filter.actions],
    ['entity_id', filter.entityIds],
    ['address', filter.addresses],
  ] as const
  for (const [column, values] of lists) {
    if (values !== undefined) rows = rows.where(column, 'in', values as never)
  }
  const equals = [
    ['actor', filter.actor],
    ['token_id', filter.tokenId],
    ['user_id', filter.userId],
    ['entity_name', filter.entityName],
    ['request_id', filter.requestId],
    ['revision', filter.revision],
  ] as const
  for (const [column, value] of equals) {
    if (value !== undefined) rows = rows.where(column, '=', value)
  }
  if (prefix !== undefined) {
    rows = rows.where((eb) =>
      eb(eb.fn('substr', ['action', eb.lit(1), eb.lit(prefix.length)]), '=', prefix),
    )
  }
  if (filter.fromMs !== undefined) rows = rows.where('at_ms', '>=', filter.fromMs)
  if (filter.toMs !== undefined) rows = rows.where('at_ms', '<=', filter.toMs)
  if (filter.afterSequence !== undefined) rows = rows.where('sequence', '>', filter.afterSequence)
  if (filter.beforeSequence !== undefined) rows = rows.where('sequence', '<', filter.beforeSequence)
  return rows
}
