import type { Delivery, DeliveryAttempt, DeliveryState } from '../domain/delivery.ts'
import type { Db } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { DeliveryRow } from './tables-deliveries.ts'

/** What was tried often shows its newest attempts only. */
const ATTEMPTS_SHOWN = 20

export interface DeliveryFilter extends Slice {
  readonly projectId: number
  /** Null for mails. */
  readonly webhookId: string | null
  readonly state?: DeliveryState | undefined
  readonly type?: string | undefined
  readonly recipient?: string | undefined
}

/** Newest first. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<PageOf<Delivery>> {
  const { projectId, webhookId, state, type, recipient, limit, offset } = filter
  const matching = db
    .selectFrom('deliveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where((eb) => eb('webhook_id', webhookId === null ? 'is' : '=', webhookId))
    .$if(state !== undefined, (query) => query.where('state', '=', state!))
    .$if(type !== undefined, (query) => query.where('type', '=', type!))
    .$if(recipient !== undefined, (query) => query.where('recipient', '=', recipient!))
  const rows = await matching.orderBy('number', 'desc').limit(limit).offset(offset).execute()
  return { count: await countRows(matching), results: await withAttempts(db, rows) }
}

export async function findDelivery(
  db: Db,
  { projectId, webhookId }: Pick<DeliveryFilter, 'projectId' | 'webhookId'>,
  id: string,
): Promise<Delivery | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where((eb) => eb('webhook_id', webhookId === null ? 'is' : '=', webhookId))
    .executeTakeFirst()
  return row === undefined ? undefined : (await withAttempts(db, [row]))[0]
}

async function withAttempts(db: Db, rows: readonly DeliveryRow[]): Promise<Delivery[]> {
  if (rows.length === 0) return []
  const attempts = await db
    .selectFrom('delivery_attempts')
    .selectAll()
    .where(
      'delivery',
      'in',
      rows.map(({ number }) => number!),
    )
    .orderBy('number')
    .execute()
  const byDelivery = Map.groupBy(attempts, ({ delivery }) => delivery)
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    webhookId: row.webhook_id,
    recipient: row.recipient,
    eventId: row.event_id,
    type: row.type,
    body: row.body,
    state: row.state,
    nextAtMs: row.next_at_ms,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
    reason: row.reason,
    attempts: (byDelivery.get(row.number!) ?? []).slice(-ATTEMPTS_SHOWN).map(
      (attempt): DeliveryAttempt => ({
        number: attempt.number,
        atMs: attempt.at_ms,
        status: attempt.status,
        error: attempt.error,
        durationMs: attempt.duration_ms,
        answer: attempt.answer,
      }),
    ),
  }))
}
