import type { Scope } from '../domain/names.ts'
import type { NoticeRules, NoticeState, WatchedKey } from '../domain/notices.ts'
import { fromJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'

/** At once: the next look decides what is due. */
const NOW = 0

/*
 * A new expiry begins anew. A key that is gone keeps its row, so that nothing is told twice of one that is
 * brought back.
 */
const WATCH = `insert into key_notices (key_id, expire_ms, expiry_set_at_ms, look_at_ms)
  select id, expire_ms, ?, ${NOW} from keys where id = ?
  on conflict (key_id) do update set
    look_at_ms = ${NOW},
    expire_ms = excluded.expire_ms,
    expiry_set_at_ms = case when key_notices.expire_ms is not distinct from excluded.expire_ms
      then key_notices.expiry_set_at_ms else excluded.expiry_set_at_ms end,
    told_days = case when key_notices.expire_ms is not distinct from excluded.expire_ms
      then key_notices.told_days end`

/** Has these keys looked at soon. In the transaction that makes or changes them. */
export async function watchKeys(
  trx: Trx,
  runEach: Store['runEach'],
  ids: Iterable<string>,
  nowMs: number,
): Promise<void> {
  await runEach(
    trx,
    WATCH,
    Array.from(new Set(ids), (id) => [nowMs, id]),
  )
}

/** A key at which is to be looked, and what its project wants. */
export interface KeyToLookAt {
  readonly id: string
  readonly name: string
  readonly scope: Scope
  readonly key: WatchedKey
  readonly state: NoticeState
  readonly rules: NoticeRules
}

/** The first of those that are due; `goneIds` of keys that are not there any more. */
export async function keysToLookAt(
  trx: Trx,
  nowMs: number,
  limit: number,
): Promise<{ readonly keys: KeyToLookAt[]; readonly goneIds: string[] }> {
  const rows = await watched(trx)
    .where('n.look_at_ms', '<=', nowMs)
    .orderBy('n.look_at_ms')
    .limit(limit)
    .execute()
  return {
    keys: rows.flatMap((row) => toLookAt(row) ?? []),
    goneIds: rows.filter((row) => row.id === null).map((row) => row.key_id),
  }
}

/**
 * The keys of a project among the first so many of all after that id; the id of the last of all is where
 * the next page begins, undefined after the last page. No index has a project's keys by their ids.
 */
export async function keysOfProject(
  trx: Trx,
  projectId: number,
  afterId: string,
  limit: number,
): Promise<{ readonly keys: KeyToLookAt[]; readonly lastId: string | undefined }> {
  const page = await trx
    .selectFrom('key_notices')
    .select('key_id')
    .where('key_id', '>', afterId)
    .orderBy('key_id')
    .limit(limit)
    .execute()
  const ids = page.map((row) => row.key_id)
  if (ids.length === 0) return { keys: [], lastId: undefined }
  const rows = await watched(trx).where('n.key_id', 'in', ids).execute()
  // Asked of the database, it would read all keys of the project for each page.
  const own = rows.filter((row) => row.project_id === projectId)
  return { keys: own.flatMap((row) => toLookAt(row) ?? []), lastId: ids.at(-1) }
}

export interface Looked {
  readonly id: string
  readonly state: NoticeState
  readonly nextLookMs: number | null
}

const WRITE_LOOK = `update key_notices
  set told_days = ?, told_unused_since_ms = ?, look_at_ms = ? where key_id = ?`

export async function writeLooks(
  trx: Trx,
  runEach: Store['runEach'],
  looks: readonly Looked[],
): Promise<void> {
  await runEach(
    trx,
    WRITE_LOOK,
    looks.map(({ id, state, nextLookMs }) => [
      state.toldDays,
      state.toldUnusedSinceMs,
      nextLookMs,
      id,
    ]),
  )
}

/** Not looked at again before they are back. */
export async function unwatchKeys(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('key_notices')
    .set({ look_at_ms: null })
    .where('key_id', 'in', ids)
    .execute()
}

/** When to look at the next key; undefined for never. */
export async function nextLookAt(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('key_notices')
    .select('look_at_ms')
    .where('look_at_ms', 'is not', null)
    .orderBy('look_at_ms')
    .limit(1)
    .executeTakeFirst()
  return row?.look_at_ms ?? undefined
}

/** A project whose keys were looked at with other rules than it has now. */
export interface ChangedRules {
  readonly projectId: number
  readonly noticeDays: string
  readonly unusedDays: number
}

export async function changedRules(db: Db): Promise<ChangedRules | undefined> {
  return await db
    .selectFrom('projects as p')
    .leftJoin('notice_rules as r', 'r.project_id', 'p.id')
    .select(['p.id as projectId', 'p.notice_days as noticeDays', 'p.unused_days as unusedDays'])
    .where((eb) =>
      eb.or([
        eb('r.project_id', 'is', null),
        eb('r.notice_days', '<>', eb.ref('p.notice_days')),
        eb('r.unused_days', '<>', eb.ref('p.unused_days')),
      ]),
    )
    .orderBy('p.id')
    .limit(1)
    .executeTakeFirst()
}

export async function writeRules(trx: Trx, rules: ChangedRules): Promise<void> {
  const values = { notice_days: rules.noticeDays, unused_days: rules.unusedDays }
  await trx
    .insertInto('notice_rules')
    .values({ project_id: rules.projectId, ...values })
    .onConflict((conflict) => conflict.column('project_id').doUpdateSet(values))
    .execute()
}

/** Has all keys looked at anew. */
export async function forgetRules(trx: Trx): Promise<void> {
  await trx.deleteFrom('notice_rules').execute()
}

/** Of keys that can never come back. */
export async function forgetNotices(trx: Trx, keyIds: readonly string[]): Promise<void> {
  if (keyIds.length === 0) return
  await trx.deleteFrom('key_notices').where('key_id', 'in', keyIds).execute()
}

function watched(db: Db) {
  return db
    .selectFrom('key_notices as n')
    .leftJoin('keys as k', 'k.id', 'n.key_id')
    .leftJoin('projects as p', 'p.id', 'k.project_id')
    .select([
      'n.key_id',
      'n.expiry_set_at_ms',
      'n.told_days',
      'n.told_unused_since_ms',
      'k.id',
      'k.name',
      'k.project_id',
      'k.region_id',
      'k.created_at_ms',
      'k.not_before_ms',
      'k.expire_ms',
      'k.disabled_at_ms',
      'k.last_used_at_ms',
      'p.notice_days',
      'p.unused_days',
    ])
}

type WatchedRow = Awaited<ReturnType<ReturnType<typeof watched>['execute']>>[number]

function toLookAt(row: WatchedRow): KeyToLookAt | undefined {
  if (row.id === null) return undefined
  return {
    id: row.id,
    name: row.name!,
    scope: { projectId: row.project_id!, regionId: row.region_id! },
    key: {
      createdAtMs: row.created_at_ms!,
      notBeforeMs: row.not_before_ms,
      expireMs: row.expire_ms,
      disabledAtMs: row.disabled_at_ms,
      lastUsedAtMs: row.last_used_at_ms,
    },
    state: {
      expirySetAtMs: row.expiry_set_at_ms,
      toldDays: row.told_days,
      toldUnusedSinceMs: row.told_unused_since_ms,
    },
    rules: { noticeDays: fromJson<number[]>(row.notice_days!), unusedDays: row.unused_days! },
  }
}
