import { FORGET_FAILURES_MS, type LogInLimit, waitAfter } from '../domain/log-in-limit.ts'
import type { Trx } from './dialect.ts'

/** When the next try is let through, if that is later than now. */
export async function blockedUntil(
  trx: Trx,
  name: string,
  nowMs: number,
): Promise<number | undefined> {
  const row = await trx
    .selectFrom('log_in_limits')
    .select('blocked_until_ms')
    .where('name', '=', name)
    .executeTakeFirst()
  return row !== undefined && row.blocked_until_ms > nowMs ? row.blocked_until_ms : undefined
}

/**
 * Counts a try as failed before it is known how it ends, so that many at a time are no more than one
 * after the other; see {@link forgive}. Resolves with when the next is let through, should it fail.
 */
export async function countTry(
  trx: Trx,
  name: string,
  limit: LogInLimit,
  nowMs: number,
): Promise<number> {
  await forgetOld(trx, nowMs)
  const row = await trx
    .selectFrom('log_in_limits')
    .select('failures')
    .where('name', '=', name)
    .executeTakeFirst()
  const failures = (row?.failures ?? 0) + 1
  const untilMs = nowMs + waitAfter(failures, limit)
  const counts = { failures, failed_at_ms: nowMs, blocked_until_ms: untilMs }
  await trx
    .insertInto('log_in_limits')
    .values({ name, ...counts })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(counts))
    .execute()
  return untilMs
}

/** Forgets all failures: the right password was given. */
export async function clearTries(trx: Trx, name: string): Promise<void> {
  await trx.deleteFrom('log_in_limits').where('name', '=', name).execute()
}

/**
 * Takes back the one try that was counted, for it did not fail; those before it stand, and the wait
 * that another one brought meanwhile.
 */
export async function forgive(trx: Trx, name: string, untilMs: number): Promise<void> {
  await trx
    .updateTable('log_in_limits')
    .set((eb) => ({ failures: eb('failures', '-', 1) }))
    .where('name', '=', name)
    .execute()
  await trx
    .updateTable('log_in_limits')
    .set({ blocked_until_ms: 0 })
    .where('name', '=', name)
    .where('blocked_until_ms', '=', untilMs)
    .execute()
}

async function forgetOld(trx: Trx, nowMs: number): Promise<void> {
  await trx
    .deleteFrom('log_in_limits')
    .where('failed_at_ms', '<=', nowMs - FORGET_FAILURES_MS)
    .where('blocked_until_ms', '<=', nowMs)
    .execute()
}
