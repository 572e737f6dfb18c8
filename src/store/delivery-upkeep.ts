import { sql } from 'kysely'
import { DELIVERIES_KEPT_MS, type DeliveryState } from '../domain/delivery.ts'
import { isTarget } from './delivery-rows.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'

const TRIM_AT_ONCE = 500

/** Ends what waits for a webhook, or all mails; what is being sent at the moment ends by itself. */
export async function failWaiting(
  trx: Trx,
  webhookId: string | null,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({
      state: 'failed',
      reason: webhookId === null ? 'no_mail_server' : 'webhook_disabled',
      ended_at_ms: nowMs,
      next_at_ms: null,
      lease: null,
    })
    .where(isTarget(webhookId))
    .where('state', '=', 'waiting')
    .where((eb) => eb.or([eb('lease', 'is', null), eb('next_at_ms', '<=', nowMs)]))
    .execute()
}

/** False when it waits, or is sent, at the moment. */
export async function queueAgain(trx: Trx, id: string, nowMs: number): Promise<boolean> {
  const row = await trx
    .updateTable('deliveries')
    .set({
      state: 'waiting',
      tries: 0,
      queued_at_ms: nowMs,
      next_at_ms: nowMs,
      lease: null,
      ended_at_ms: null,
      reason: null,
    })
    .where('id', '=', id)
    .where('state', '<>', 'waiting')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * For a store that no other process uses: what the one before had in its hands when it ended is due now,
 * and not when its lease runs out.
 */
export async function freeLeases(trx: Trx, nowMs: number): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ next_at_ms: nowMs })
    .where('state', '=', 'waiting')
    .where('lease', 'is not', null)
    .execute()
}

export interface Waiting {
  readonly webhooks: number
  readonly mails: number
  /** When the longest waiting was queued; null when none waits. */
  readonly oldestAtMs: number | null
}

export async function countWaiting(db: Db): Promise<Waiting> {
  const row = await db
    .selectFrom('deliveries')
    .select((eb) => [
      eb.fn.count<number>('webhook_id').as('webhooks'),
      eb.fn.count<number>('recipient').as('mails'),
      eb.fn.min('queued_at_ms').as('oldest'),
    ])
    .where('state', '=', sql.lit<DeliveryState>('waiting'))
    .executeTakeFirstOrThrow()
  return {
    webhooks: Number(row.webhooks),
    mails: Number(row.mails),
    oldestAtMs: row.oldest ?? null,
  }
}

/** Forgets deliveries of long ago, some at a time. */
export async function forgetDeliveries(store: Store, signal: AbortSignal): Promise<void> {
  const beforeMs = store.clock.now() - DELIVERIES_KEPT_MS
  for (;;) {
    const rows = await store.db
      .selectFrom('deliveries')
      .select('number')
      .where('created_at_ms', '<', beforeMs)
      .where('state', '<>', 'waiting')
      .limit(TRIM_AT_ONCE)
      .execute()
    if (rows.length === 0 || signal.aborted) return
    const numbers = rows.map(({ number }) => number!)
    await store.db.deleteFrom('deliveries').where('number', 'in', numbers).execute()
  }
}
