import { type RawBuilder, type SqlBool, sql } from 'kysely'
import {
  ANSWER_BYTES_KEPT,
  type AttemptOutcome,
  DELIVERIES_KEPT_MS,
  type DeliveryState,
  LONGEST_WAIT_MS,
  retryDelayMs,
} from '../domain/delivery.ts'
import { isFailing, type Webhook } from '../domain/webhook.ts'
import { invariant } from '../lib/assert.ts'
import { newId } from '../lib/ids.ts'
import type { Db, Trx } from './dialect.ts'
import type { Store } from './open.ts'
import type { DeliveryRow } from './tables.ts'
import { isTest } from './webhook-deliveries.ts'
import { noteDelivery, webhookOf } from './webhooks.ts'

/** Longer than any attempt takes: who holds a lease that has run out has ended. */
export const LEASE_MS = 60_000
const INTERRUPTED = 'The server ended while it was sent; it may have arrived.'
const TRIM_AT_ONCE = 500

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

/** Ends what waits for a webhook, or all mails; what is being sent at the moment ends by itself. */
export async function failWaiting(
  trx: Trx,
  webhookId: string | null,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ state: 'failed', ended_at_ms: nowMs, next_at_ms: null, lease: null })
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

async function insertAttempt(
  trx: Trx,
  delivery: number,
  atMs: number,
  attempt: Pick<AttemptOutcome, 'status' | 'error' | 'answer'> & {
    readonly durationMs: number | null
  },
): Promise<void> {
  const last = await trx
    .selectFrom('delivery_attempts')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('delivery', '=', delivery)
    .executeTakeFirst()
  await trx
    .insertInto('delivery_attempts')
    .values({
      delivery,
      number: (last?.number ?? 0) + 1,
      at_ms: atMs,
      status: attempt.status,
      error: attempt.error,
      duration_ms: attempt.durationMs === null ? null : Math.round(attempt.durationMs),
      answer: attempt.answer.slice(0, ANSWER_BYTES_KEPT),
    })
    .execute()
}

async function webhookById(db: Db, id: string): Promise<Webhook | null> {
  const row = await db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : webhookOf(row)
}

/** Nothing waits longer than the longest delay: what seems to was queued before the clock was set back. */
function isDue(column: string, nowMs: number): RawBuilder<SqlBool> {
  const next = sql.ref(column)
  return sql<SqlBool>`(${next} <= ${nowMs} or ${next} > ${nowMs + LONGEST_WAIT_MS})`
}

function isTarget(webhookId: string | null): RawBuilder<SqlBool> {
  return webhookId === null
    ? sql<SqlBool>`webhook_id is null`
    : sql<SqlBool>`webhook_id = ${webhookId}`
}
