import { sql } from 'kysely'
import type { KeyAddress, LastUse, UsageRow } from '../domain/usage.ts'
import { USAGE_FIELDS } from '../domain/usage.ts'
import { stepStart, USAGE_STEPS, type UsageRange, type UsageStep } from '../domain/usage-time.ts'
import type { Db, Trx } from './dialect.ts'
import { addKeyAddresses } from './key-addresses.ts'
import type { Store } from './open.ts'
import { addRecentUsage } from './recent-usage.ts'

export const USAGE_TABLES = {
  minute: 'usage_minutes',
  hour: 'usage_hours',
  day: 'usage_days',
} as const satisfies Record<UsageStep, string>

/** See `UsageDelivery` of the feed. */
export interface CountedUsage {
  readonly node: string
  readonly boot: string
  readonly sequence: number
  readonly rows: readonly UsageRow[]
  readonly lastUses: readonly LastUse[]
  readonly addresses?: readonly KeyAddress[]
}

/**
 * Adds a delivery to the minutes, stretches, hours and days and moves the keys' last uses, in one transaction with
 * the mark that it is done: false, and nothing changed, when it was counted before. No revision, no
 * audit row; an event for each address that a key was not used from before. Times that lie ahead of this clock are taken for now.
 */
export async function addUsage(store: Store, usage: CountedUsage): Promise<boolean> {
  const nowMs = store.clock.now()
  return await store.db.transaction().execute(async (trx) => {
    if (!(await claimDelivery(trx, usage, nowMs))) return false
    const { rows } = usage
    await store.runEach(trx, INSERT_PAIR, pairs(rows))
    for (const step of USAGE_STEPS) {
      await store.runEach(trx, ADD[step], values(rows, step, nowMs))
    }
    await addRecentUsage(store, trx, rows, nowMs)
    // Before the last uses: from where a key was used until now says what is new.
    await addKeyAddresses(trx, usage.addresses ?? [], nowMs)
    await store.runEach(trx, SET_LAST_USE, lastUseValues(usage.lastUses, nowMs))
    return true
  })
}

/** The row stays locked until the transaction ends, so of two who deliver the same one counts. */
async function claimDelivery(
  trx: Trx,
  { node, boot, sequence }: CountedUsage,
  nowMs: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('usage_deliveries')
    .values({ node, boot, sequence, at_ms: nowMs })
    .onConflict((conflict) =>
      conflict
        .columns(['node', 'boot'])
        .doUpdateSet({ sequence, at_ms: nowMs })
        .where('usage_deliveries.sequence', '<', sequence),
    )
    .returning('sequence')
    .executeTakeFirst()
  return row !== undefined
}

const INSERT_PAIR =
  'insert into usage_pairs (key_id, function_id) values (?, ?) on conflict do nothing'

const ADD = {
  minute: addTo(USAGE_TABLES.minute),
  hour: addTo(USAGE_TABLES.hour),
  day: addTo(USAGE_TABLES.day),
} as const satisfies Record<UsageStep, string>

function addTo(table: string): string {
  const pair = '(select id from usage_pairs where key_id = ? and function_id = ?)'
  const sums = USAGE_FIELDS.map((field) => `${field} = ${table}.${field} + excluded.${field}`)
  return `insert into ${table} (at_ms, pair_id, ${USAGE_FIELDS.join(', ')})
    values (?, ${pair}, ${USAGE_FIELDS.map(() => '?').join(', ')})
    on conflict (at_ms, pair_id) do update set ${sums.join(', ')}`
}

const SET_LAST_USE = `update keys
  set last_used_at_ms = ?, last_used_function_id = ?, last_used_address = ?
  where id = ? and (last_used_at_ms is null or last_used_at_ms < ?)`

function* pairs(rows: readonly UsageRow[]) {
  for (const { keyId, functionId } of rows) yield [keyId, functionId]
}

function* values(rows: readonly UsageRow[], step: UsageStep, nowMs: number) {
  for (const { keyId, functionId, atMs, counts } of rows) {
    yield [stepStart(step, Math.min(atMs, nowMs)), keyId, functionId, ...Array.from(counts)]
  }
}

function* lastUseValues(lastUses: readonly LastUse[], nowMs: number) {
  for (const use of lastUses) {
    const atMs = Math.min(use.atMs, nowMs)
    yield [atMs, use.functionId, use.address, use.keyId, atMs]
  }
}

/** Of which key or of which function; what came with no known key is of the function alone. */
export type UsageOf = { readonly keyId: string } | { readonly functionId: string }

export interface UsageQuery {
  readonly step: UsageStep
  readonly range: UsageRange
  /** Whether a key's usage is told for each of its functions, and a function's for each of its keys. */
  readonly isSplit: boolean
  readonly rowsMax: number
}

/** By time. `partId` is the function's id or the key's; empty where it is not split. */
export interface UsageSum {
  readonly atMs: number
  readonly partId: string
  readonly counts: readonly number[]
}

export async function readUsage(db: Db, of: UsageOf, query: UsageQuery): Promise<UsageSum[]> {
  const part = 'keyId' in of ? ('p.function_id' as const) : ('p.key_id' as const)
  let rows = db
    .selectFrom('usage_pairs as p')
    .innerJoin(`${USAGE_TABLES[query.step]} as u`, 'u.pair_id', 'p.id')
    .select(['u.at_ms', query.isSplit ? sql<string>`${sql.ref(part)}`.as('part') : EMPTY])
    .select(SUMS)
    .where('u.at_ms', '>=', query.range.fromMs)
    .where('u.at_ms', '<', query.range.toMs)
    .groupBy('u.at_ms')
    .orderBy('u.at_ms')
    .limit(query.rowsMax)
  rows =
    'keyId' in of
      ? rows.where('p.key_id', '=', of.keyId)
      : rows.where('p.function_id', '=', of.functionId)
  if (query.isSplit) rows = rows.groupBy(part).orderBy(part)
  return (await rows.execute()).map((row) => ({
    atMs: row.at_ms,
    partId: row.part,
    counts: USAGE_FIELDS.map((field) => Number((row as unknown as Record<string, number>)[field])),
  }))
}

const EMPTY = sql<string>`''`.as('part')
/** Of the rows that are called `u`. */
export const SUMS = USAGE_FIELDS.map((field) =>
  sql<number>`sum(${sql.ref(`u.${field}`)})`.as(field),
)
