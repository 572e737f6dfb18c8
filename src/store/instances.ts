import type { UsageRange, UsageStep } from '../domain/usage-time.ts'
import { stepStart, USAGE_STEPS } from '../domain/usage-time.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'

export const INSTANCE_TABLES = {
  minute: 'instance_minutes',
  hour: 'instance_hours',
  day: 'instance_days',
} as const satisfies Record<UsageStep, string>

/** How many instances a function had in a stretch of time, none of it where there is no row. */
export interface InstanceSum {
  readonly atMs: number
  readonly highest: number
  /** The sum of its minutes, each with the highest count of it. */
  readonly total: number
}

/**
 * Adds what was counted in the minute of that moment. Of several counts of one minute the highest stands,
 * whoever made them and in whatever order: what is added to hours and days is how much it has risen.
 */
export async function addInstances(
  store: Store,
  counts: ReadonlyMap<string, number>,
  atMs: number,
): Promise<void> {
  const minuteMs = stepStart('minute', atMs)
  await store.db.transaction().execute(async (trx) => {
    const before = await highestOf(trx, minuteMs)
    const risen = [...counts].filter(([id, count]) => count > (before.get(id) ?? 0))
    for (const step of USAGE_STEPS) {
      const startMs = stepStart(step, atMs)
      const rows = risen.map(([id, count]) => [id, startMs, count, count - (before.get(id) ?? 0)])
      await store.runEach(trx, ADD[step], rows)
    }
  })
}

async function highestOf(trx: Trx, minuteMs: number): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom(INSTANCE_TABLES.minute)
    .select(['function_id', 'highest'])
    .where('at_ms', '=', minuteMs)
    .execute()
  return new Map(rows.map((row) => [row.function_id, row.highest]))
}

const ADD = {
  minute: addTo(INSTANCE_TABLES.minute),
  hour: addTo(INSTANCE_TABLES.hour),
  day: addTo(INSTANCE_TABLES.day),
} as const satisfies Record<UsageStep, string>

function addTo(table: string): string {
  return `insert into ${table} (function_id, at_ms, highest, total) values (?, ?, ?, ?)
    on conflict (function_id, at_ms) do update set
      highest = case when excluded.highest > ${table}.highest
        then excluded.highest else ${table}.highest end,
      total = ${table}.total + excluded.total`
}

/** By time. */
export async function readInstances(
  db: Db,
  functionId: string,
  query: { readonly step: UsageStep; readonly range: UsageRange; readonly rowsMax: number },
): Promise<InstanceSum[]> {
  const rows = await db
    .selectFrom(INSTANCE_TABLES[query.step])
    .select(['at_ms', 'highest', 'total'])
    .where('function_id', '=', functionId)
    .where('at_ms', '>=', query.range.fromMs)
    .where('at_ms', '<', query.range.toMs)
    .orderBy('at_ms')
    .limit(query.rowsMax)
    .execute()
  return rows.map((row) => ({ atMs: row.at_ms, highest: row.highest, total: row.total }))
}
