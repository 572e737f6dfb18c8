import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EventType, KeptEvent, ReadableEvent } from '../domain/events.ts'
import { fromJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, type Slice } from './paging.ts'
import type { EventRow } from './tables-keys.ts'

/** Who reads, and what of which projects; what is of others is neither seen nor marked. */
export interface EventFilter {
  /** As `operatorOf` has it. */
  readonly operator: string
  readonly projectIds: readonly number[] | 'all'
  readonly types?: readonly EventType[] | undefined
}

export interface EventPage {
  /** Before paging. */
  readonly count: number
  /** Of those that match the filter, whether all are asked for or only these. */
  readonly unread: number
  readonly results: ReadableEvent[]
}

/** The newest first. */
export async function listEvents(
  db: Db,
  filter: EventFilter & Slice & { readonly unreadOnly: boolean },
): Promise<EventPage> {
  const unread = await countUnread(db, filter)
  const matching = eventsFor(db, filter)
  const asked = filter.unreadOnly ? matching.where('e.id', 'in', unreadIds(db, filter)) : matching
  const rows = await asked
    .selectAll('e')
    .select(sql<number>`${isUnread(filter)}`.as('is_unread'))
    .orderBy('e.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return {
    count: filter.unreadOnly ? unread : await countRows(matching),
    unread,
    results: rows.map((row) => ({ ...eventOf(row), isRead: !row.is_unread })),
  }
}

export async function countUnread(db: Db, filter: EventFilter): Promise<number> {
  return await countRows(unreadIds(db, filter))
}

/** At most some thousands. Ids that are not there, or not to be seen, are passed over. */
export async function markRead(
  trx: Trx,
  filter: Pick<EventFilter, 'operator' | 'projectIds'>,
  ids: readonly number[],
): Promise<void> {
  await trx
    .insertInto('event_reads')
    .columns(['operator', 'event_id'])
    .expression(
      eventsFor(trx, filter)
        .where('e.id', 'in', ids)
        .where(isUnread(filter))
        .select([sql<string>`${filter.operator}`.as('operator'), 'e.id']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** All that there are, up to this one. */
export async function markAllRead(
  trx: Trx,
  { operator, projectIds }: Pick<EventFilter, 'operator' | 'projectIds'>,
  untilId: number,
): Promise<void> {
  const newest = await trx
    .selectFrom('events')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst()
  const until = Math.min(untilId, Number(newest?.id ?? 0))
  let projects = trx
    .selectFrom('projects')
    .select([sql<string>`${operator}`.as('operator'), 'id', sql<number>`${until}`.as('until')])
    .where(sql<SqlBool>`1 = 1`)
  if (projectIds !== 'all') projects = projects.where('id', 'in', projectIds)
  await trx
    .insertInto('event_read_marks')
    .columns(['operator', 'project_id', 'until_id'])
    .expression(projects)
    .onConflict((conflict) =>
      conflict
        .columns(['operator', 'project_id'])
        .doUpdateSet({ until_id: until })
        .where('event_read_marks.until_id', '<', until),
    )
    .execute()
  await forgetSingleReads(trx, operator)
}

/** Those that a mark covers by now. */
async function forgetSingleReads(trx: Trx, operator: string): Promise<void> {
  await trx
    .deleteFrom('event_reads')
    .where('operator', '=', operator)
    .where(sql<SqlBool>`event_id <= (
      select m.until_id from event_read_marks m join events e on e.project_id = m.project_id
      where m.operator = ${operator} and e.id = event_reads.event_id)`)
    .execute()
}

function eventsFor(db: Db, { operator, projectIds, types }: EventFilter) {
  let query = db
    .selectFrom('events as e')
    .leftJoin('event_read_marks as m', (join) =>
      join.onRef('m.project_id', '=', 'e.project_id').on('m.operator', '=', operator),
    )
  if (projectIds !== 'all') query = query.where('e.project_id', 'in', projectIds)
  if (types !== undefined) query = query.where('e.type', 'in', types)
  return query
}

/** `cross` keeps SQLite from reading all events: of each project those count that came after the mark. */
function unreadIds(db: Db, { operator, projectIds, types }: EventFilter) {
  let query = db
    .selectFrom('projects as p')
    .leftJoin('event_read_marks as m', (join) =>
      join.onRef('m.project_id', '=', 'p.id').on('m.operator', '=', operator),
    )
    .crossJoin('events as e')
    .whereRef('e.project_id', '=', 'p.id')
    .where(isUnread({ operator }))
    .select('e.id')
  if (projectIds !== 'all') query = query.where('p.id', 'in', projectIds)
  if (types !== undefined) query = query.where('e.type', 'in', types)
  return query
}

function isUnread({ operator }: Pick<EventFilter, 'operator'>): RawBuilder<SqlBool> {
  return sql<SqlBool>`(e.id > coalesce(m.until_id, 0) and not exists (
    select 1 from event_reads r where r.operator = ${operator} and r.event_id = e.id))`
}

function eventOf(row: Omit<EventRow, 'id'> & { id?: number | undefined }): KeptEvent {
  return {
    id: row.id!,
    atMs: row.at_ms,
    type: row.type,
    scope: { projectId: row.project_id, regionId: row.region_id },
    keyId: row.key_id,
    keyName: row.key_name,
    data: fromJson<Readonly<Record<string, unknown>>>(row.data),
  }
}
