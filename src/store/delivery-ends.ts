import { type AttemptOutcome, type DeliveryState, retryDelayMs } from '../domain/delivery.ts'
import type { ClaimedDelivery } from './delivery-claims.ts'
import { insertAttempt } from './delivery-rows.ts'
import type { Db, Trx } from './dialect.ts'
import { isTest } from './webhook-deliveries.ts'
import { noteDelivery, webhookById } from './webhooks.ts'

/** What one attempt leads to. */
export type AfterAttempt =
  | { readonly kind: 'delivered' | 'retried' | 'failed' }
  /** The receiver said that it wants no more, or took nothing for as long as this one was tried. */
  | { readonly kind: 'disable'; readonly reason: 'gone' | 'failing' }

/** Logs the attempt and says what follows. One that was deleted meanwhile leaves nothing. */
export async function endAttempt(
  trx: Trx,
  delivery: ClaimedDelivery,
  outcome: AttemptOutcome,
  nowMs: number,
): Promise<AfterAttempt> {
  const { number, tries, type } = delivery
  const row = await trx
    .selectFrom('deliveries')
    .select(['lease', 'state'])
    .where('number', '=', number)
    .executeTakeFirst()
  if (row === undefined) return { kind: 'failed' }
  await insertAttempt(trx, number, delivery.startedAtMs, outcome)
  const isDelivered = outcome.kind === 'delivered'
  const before = delivery.webhook && (await webhookById(trx, delivery.webhook.id))
  if (before !== null) await noteDelivery(trx, before.id, isDelivered, nowMs)
  if (isDelivered) {
    await end(trx, number, 'delivered', nowMs)
    return { kind: 'delivered' }
  }
  // Another has it, after this one took longer than its lease: what follows is that one's to say.
  if (row.lease !== delivery.lease) return { kind: 'failed' }
  const isOver = isTest(type) || outcome.kind === 'refused-for-good' || before?.enabled === false
  const delayMs = isOver ? undefined : retryDelayMs(tries, outcome.retryAfterMs)
  if (delayMs !== undefined) {
    await trx
      .updateTable('deliveries')
      .set({ lease: null, next_at_ms: nowMs + delayMs })
      .where('number', '=', number)
      .execute()
    return { kind: 'retried' }
  }
  await end(trx, number, 'failed', nowMs)
  if (before === null || !before.enabled || isTest(type)) return { kind: 'failed' }
  if (outcome.status === 410) return { kind: 'disable', reason: 'gone' }
  const tookNothing = (before.lastDeliveredAtMs ?? 0) < delivery.queuedAtMs
  return tookNothing ? { kind: 'disable', reason: 'failing' } : { kind: 'failed' }
}

async function end(
  trx: Trx,
  number: number,
  state: Exclude<DeliveryState, 'waiting'>,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ state, ended_at_ms: nowMs, next_at_ms: null, lease: null })
    .where('number', '=', number)
    .execute()
}

/** Gives one back that was not sent, or of which nobody knows; that was no try. */
export async function releaseDelivery(
  db: Db,
  delivery: ClaimedDelivery,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ lease: null, next_at_ms: nowMs, tries: delivery.tries - 1 })
    .where('number', '=', delivery.number)
    .where('lease', '=', delivery.lease)
    .execute()
}
