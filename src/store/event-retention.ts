import { nextTurn } from '../lib/next-turn.ts'
import { takeCutoff } from './cutoff.ts'
import type { Store } from './open.ts'

const EVENTS_AT_ONCE = 500

/**
 * Forgets events that are older than they shall be kept. What was told of a key is remembered apart, so
 * that nothing is told again for it. Several processes may do it at once.
 */
export async function forgetEvents(
  store: Store,
  keptDays: number,
  signal?: AbortSignal,
): Promise<void> {
  const beforeMs = await takeCutoff(store, 'events_cutoff', keptDays)
  while ((await forgetOldest(store, beforeMs)) === EVENTS_AT_ONCE) {
    await nextTurn()
    // The next sweep goes on.
    if (signal?.aborted) return
  }
}

/** Resolves with how many there were. */
async function forgetOldest(store: Store, beforeMs: number): Promise<number> {
  const result = await store.db
    .deleteFrom('events')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('events')
        .select('id')
        .where('at_ms', '<', beforeMs)
        .orderBy('at_ms')
        .limit(EVENTS_AT_ONCE),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
