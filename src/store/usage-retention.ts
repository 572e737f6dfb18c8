import { DAY_MS, USAGE_STEPS, type UsageStep } from '../domain/usage-time.ts'
import { nextTurn } from '../lib/next-turn.ts'
import { takeCutoff } from './cutoff.ts'
import { INSTANCE_TABLES } from './instances.ts'
import type { Store } from './open.ts'
import { USAGE_TABLES } from './usage.ts'

/** A node that comes back later than this may count again what it had delivered just before. */
const DELIVERIES_KEPT_DAYS = 90
const PAIRS_AT_ONCE = 5_000

export type UsageKeptDays = Readonly<Record<UsageStep, number>>

/**
 * Forgets what is older than it shall be kept, of usage and of instances. One bucket of time a transaction, so that nobody waits
 * long. Several processes may do it at once.
 */
export async function forgetUsage(
  store: Store,
  keptDays: UsageKeptDays,
  signal?: AbortSignal,
): Promise<void> {
  let forgotten = 0
  for (const step of USAGE_STEPS) {
    const beforeMs = await takeCutoff(store, `usage_${step}_cutoff`, keptDays[step])
    for (const table of [USAGE_TABLES[step], INSTANCE_TABLES[step]]) {
      for (; await forgetOldest(store, table, beforeMs); forgotten++) {
        await nextTurn()
        // The next sweep goes on.
        if (signal?.aborted) return
      }
    }
    if (step === 'day' && forgotten > 0) await forgetPairs(store)
  }
  await forgetDeliveries(store)
}

/** False when nothing is that old. */
async function forgetOldest(
  store: Store,
  table: (typeof USAGE_TABLES | typeof INSTANCE_TABLES)[UsageStep],
  beforeMs: number,
): Promise<boolean> {
  const oldest = await store.db
    .selectFrom(table)
    .select((eb) => eb.fn.min('at_ms').as('atMs'))
    .executeTakeFirst()
  const atMs = oldest?.atMs as number | null | undefined
  if (atMs === null || atMs === undefined || atMs >= beforeMs) return false
  await store.db.deleteFrom(table).where('at_ms', '=', atMs).execute()
  return true
}

async function forgetDeliveries(store: Store): Promise<void> {
  const beforeMs = store.clock.now() - DELIVERIES_KEPT_DAYS * DAY_MS
  await store.db.deleteFrom('usage_deliveries').where('at_ms', '<', beforeMs).execute()
}

/** Pairs of which nothing is kept any more. */
async function forgetPairs(store: Store): Promise<void> {
  for (let afterId = 0; ; afterId += PAIRS_AT_ONCE) {
    const newest = await store.db
      .selectFrom('usage_pairs')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirst()
    if (afterId >= Number(newest?.id ?? 0)) return
    await forgetPairsBetween(store, afterId, afterId + PAIRS_AT_ONCE)
    await nextTurn()
  }
}

async function forgetPairsBetween(store: Store, afterId: number, upToId: number): Promise<void> {
  let query = store.db.deleteFrom('usage_pairs').where('id', '>', afterId).where('id', '<=', upToId)
  for (const step of USAGE_STEPS) {
    query = query.where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom(`${USAGE_TABLES[step]} as u`)
            .select('u.pair_id')
            .whereRef('u.pair_id', '=', 'usage_pairs.id'),
        ),
      ),
    )
  }
  await query.execute()
}
