import { sql } from 'kysely'
import { USAGE_FIELDS } from '../domain/usage.ts'
import type { Db } from './dialect.ts'
import { SUMS, USAGE_TABLES } from './usage.ts'

/** What the requests to a function came to in the stretch of time that begins there. */
export interface RecentSum {
  readonly functionId: string
  readonly atMs: number
  /** As `USAGE_FIELDS` says. */
  readonly counts: readonly number[]
}

/** By the minutes, in stretches of `everyMs`, whole minutes; none where nothing happened. */
export async function readRecentUsage(
  db: Db,
  functionIds: readonly string[],
  { fromMs, everyMs }: { readonly fromMs: number; readonly everyMs: number },
): Promise<RecentSum[]> {
  if (functionIds.length === 0) return []
  const stretch = sql<number>`u.at_ms / ${sql.lit(everyMs)}`
  const rows = await db
    .selectFrom('usage_pairs as p')
    .innerJoin(`${USAGE_TABLES.minute} as u`, 'u.pair_id', 'p.id')
    .select(['p.function_id', stretch.as('stretch')])
    .select(SUMS)
    .where('p.function_id', 'in', functionIds)
    .where('u.at_ms', '>=', fromMs)
    .groupBy('p.function_id')
    .groupBy(stretch)
    .execute()
  return rows.map((row) => ({
    functionId: row.function_id,
    atMs: Number(row.stretch) * everyMs,
    counts: USAGE_FIELDS.map((field) => Number((row as unknown as Record<string, number>)[field])),
  }))
}
