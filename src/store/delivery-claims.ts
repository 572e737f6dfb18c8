import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type DeliveryState, LONGEST_WAIT_MS } from '../domain/delivery.ts'
import { isFailing, type Webhook } from '../domain/webhook.ts'
import { invariant } from '../lib/assert.ts'
import { newId } from '../lib/ids.ts'
import { insertAttempt, isTarget } from './delivery-rows.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'
import type { DeliveryRow } from './tables-deliveries.ts'
import { webhookById } from './webhooks.ts'

/** Longer than any attempt takes: who holds a lease that has run out has ended. */
export const LEASE_MS = 60_000
const INTERRUPTED = 'The server ended while it was sent; it may have arrived.'

/** A delivery that one worker has for itself, until it says what came of it. */
export interface ClaimedDelivery {
  readonly number: number
  readonly id: string
  readonly projectId: number
  readonly webhook: Webhook | null
  readonly recipient: string | null
  readonly type: string
  readonly body: string
  readonly lease: string
  readonly tries: number
  readonly queuedAtMs: number
  readonly startedAtMs: number
}

/** One that waits: a webhook's id, or null for mail. */
export interface DueTarget {
  readonly webhookId: string | null
  readonly isFailing: boolean
}

/** Where something is due, the longest waiting first. */
export async function dueTargets(db: Db, nowMs: number): Promise<DueTarget[]> {
  const rows = await db
    .selectFrom('deliveries as d')
    .leftJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .select(['d.webhook_id', 'w.last_delivered_at_ms', 'w.last_failed_at_ms'])
    .select((eb) => eb.fn.min('d.next_at_ms').as('first'))
    .where('d.state', '=', sql.lit<DeliveryState>('waiting'))
    .where(isDue('d.next_at_ms', nowMs))
    .groupBy(['d.webhook_id', 'w.last_delivered_at_ms', 'w.last_failed_at_ms'])
    .orderBy('first')
    .execute()
  return rows.map((row) => ({
    webhookId: row.webhook_id,
    isFailing: isFailing({
      lastDeliveredAtMs: row.last_delivered_at_ms,
      lastFailedAtMs: row.last_failed_at_ms,
    }),
  }))
}

/**
 * Takes what is due at one target. The update repeats the moment that was seen, which it moves to the
 * lease's end, so that of any number of processes one gets it.
 */
export async function claimDeliveries(
  store: Store,
  webhookId: string | null,
  limit: number,
): Promise<ClaimedDelivery[]> {
  const nowMs = store.clock.now()
  return await store.db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('deliveries')
      .selectAll()
      .where('state', '=', sql.lit<DeliveryState>('waiting'))
      .where(isTarget(webhookId))
      .where(isDue('next_at_ms', nowMs))
      .orderBy('next_at_ms')
      .limit(limit)
      .execute()
    const claimed: ClaimedDelivery[] = []
    for (const row of rows) {
      const delivery = await claim(trx, row, nowMs)
      if (delivery !== undefined) claimed.push(delivery)
    }
    return claimed
  })
}

/** The same for one that was queued in this very transaction. */
export async function claimDelivery(trx: Trx, id: string, nowMs: number): Promise<ClaimedDelivery> {
  const row = await trx
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const claimed = await claim(trx, row, nowMs)
  invariant(claimed !== undefined, 'nobody else has seen what this transaction queued')
  return claimed
}

async function claim(
  trx: Trx,
  row: DeliveryRow,
  nowMs: number,
): Promise<ClaimedDelivery | undefined> {
  const lease = newId()
  const tries = row.tries + 1
  const taken = await trx
    .updateTable('deliveries')
    .set({ lease, tries, next_at_ms: nowMs + LEASE_MS })
    .where('number', '=', row.number!)
    .where('state', '=', 'waiting')
    .where('next_at_ms', '=', row.next_at_ms)
    .returning('number')
    .executeTakeFirst()
  if (taken === undefined) return undefined
  // Nobody gave the lease back: of that attempt only its beginning is known.
  if (row.lease !== null) {
    const startedAtMs = (row.next_at_ms ?? nowMs) - LEASE_MS
    await insertAttempt(trx, row.number!, startedAtMs, {
      status: null,
      error: INTERRUPTED,
      answer: '',
      durationMs: null,
    })
  }
  return {
    number: row.number!,
    id: row.id,
    projectId: row.project_id,
    webhook: row.webhook_id === null ? null : await webhookById(trx, row.webhook_id),
    recipient: row.recipient,
    type: row.type,
    body: row.body,
    lease,
    tries,
    queuedAtMs: row.queued_at_ms,
    startedAtMs: nowMs,
  }
}

/** When something comes due after that moment; undefined for never. */
export async function nextDeliveryAt(db: Db, afterMs: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .select((eb) => eb.fn.min('next_at_ms').as('next'))
    .where('state', '=', sql.lit<DeliveryState>('waiting'))
    .where('next_at_ms', '>', afterMs)
    .executeTakeFirst()
  return row?.next ?? undefined
}

/** Nothing waits longer than the longest delay: what seems to was queued before the clock was set back. */
function isDue(column: string, nowMs: number): RawBuilder<SqlBool> {
  const next = sql.ref(column)
  return sql<SqlBool>`(${next} <= ${nowMs} or ${next} > ${nowMs + LONGEST_WAIT_MS})`
}
