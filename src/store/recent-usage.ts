import { sql } from 'kysely'
import {
  addRecentCounts,
  RECENT_FIELDS,
  type RecentField,
  type RecentMeasure,
  recentCounts,
  recentFromMs,
  STRETCH_MS,
  STRETCHES,
  stretchStart,
} from '../domain/recent-usage.ts'
import { LATENCY_FIELDS, latencyQuantileMs, type UsageRow } from '../domain/usage.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'

const TABLE = 'usage_stretches'

/** What the requests to a function came to in the stretch that begins there. */
export interface RecentSum {
  readonly functionId: string
  readonly atMs: number
  /** As `RECENT_FIELDS` says. */
  readonly counts: readonly number[]
}

/**
 * Adds what is still shown and forgets what no longer is, or begins more than an hour ahead. Times that lie
 * ahead of this clock are taken for now.
 */
export async function addRecentUsage(
  store: Pick<Store, 'runEach'>,
  trx: Trx,
  rows: readonly UsageRow[],
  nowMs: number,
): Promise<void> {
  const fromMs = recentFromMs(nowMs)
  await trx.deleteFrom(TABLE).where('at_ms', '<', fromMs).execute()
  // Where the clock was put back by days, they would be those of the last hour for days.
  const aheadMs = nowMs + STRETCHES * STRETCH_MS
  await trx.deleteFrom(TABLE).where('at_ms', '>', aheadMs).execute()
  await store.runEach(trx, ADD, sums(rows, fromMs, nowMs))
}

const ADD = `insert into ${TABLE} (function_id, at_ms, ${RECENT_FIELDS.join(', ')})
  values (?, ?, ${RECENT_FIELDS.map(() => '?').join(', ')})
  on conflict (function_id, at_ms) do update set
    ${RECENT_FIELDS.map((field) => `${field} = ${TABLE}.${field} + excluded.${field}`).join(', ')}`

/** One row for each function and stretch, however many keys called it. */
function* sums(rows: readonly UsageRow[], fromMs: number, nowMs: number) {
  const byStretch = new Map<string, RecentSum & { readonly counts: number[] }>()
  for (const { functionId, atMs: endedAtMs, counts: usage } of rows) {
    const atMs = stretchStart(Math.min(endedAtMs, nowMs))
    if (atMs < fromMs) continue
    const counts = recentCounts(usage)
    const sum = byStretch.get(`${atMs} ${functionId}`)
    if (sum === undefined) byStretch.set(`${atMs} ${functionId}`, { functionId, atMs, counts })
    else addRecentCounts(sum.counts, counts)
  }
  for (const { functionId, atMs, counts } of byStretch.values()) yield [functionId, atMs, ...counts]
}

/** Nothing for stretches without requests. */
export async function readRecentUsage(
  db: Db,
  functionIds: readonly string[],
  fromMs: number,
): Promise<RecentSum[]> {
  if (functionIds.length === 0) return []
  const rows = await db
    .selectFrom(TABLE)
    .selectAll()
    .where('function_id', 'in', functionIds)
    .where('at_ms', '>=', fromMs)
    .execute()
  return rows.map((row) => ({
    functionId: row.function_id,
    atMs: row.at_ms,
    counts: RECENT_FIELDS.map((field) => Number(row[field])),
  }))
}

/** Of the functions that were called since then, by their ids: counts, or microseconds. */
export async function measureRecentUsage(
  db: Db,
  measure: RecentMeasure,
  fromMs: number,
): Promise<Map<string, number>> {
  const { fields, value } = MEASURES[measure]
  const rows = await db
    .selectFrom(TABLE)
    .select('function_id')
    .select(fields.map((field) => sql<number>`sum(${sql.ref(field)})`.as(field)))
    .where('at_ms', '>=', fromMs)
    .groupBy('function_id')
    .execute()
  return new Map(
    rows.map((row) => {
      const sums = row as unknown as Record<RecentField, number>
      return [row.function_id, value(fields.map((field) => Number(sums[field])))]
    }),
  )
}

const MEASURES: Readonly<
  Record<
    RecentMeasure,
    { readonly fields: readonly RecentField[]; value(sums: readonly number[]): number }
  >
> = {
  requests: { fields: ['requests'], value: ([requests]) => requests! },
  errors: { fields: ['errors'], value: ([errors]) => errors! },
  // To microseconds, as it is told: what looks equal is equal.
  p95: {
    fields: LATENCY_FIELDS,
    value: (sums) => Math.round((latencyQuantileMs(sums, 0.95, 0) ?? 0) * 1000),
  },
}
