import { type Delivery, MAIL_TEST_TYPE, TEST_TYPE } from '../domain/delivery.ts'
import { type EventType, eventBody, MAILED_EVENTS, type NewEvent } from '../domain/events.ts'
import { randomBase62 } from '../lib/base62.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { readKeySettings } from './key-settings.ts'
import { readMark, setMark } from './marks.ts'

const MAIL_MARK = 'mail'

/** Whether mails are queued: only where some process can send them. */
export async function setMailQueued(trx: Trx, isQueued: boolean): Promise<void> {
  const value = isQueued ? 'on' : 'off'
  // Said at each start, which may be on a full disk.
  if ((await readMark(trx, MAIL_MARK)) !== value) await setMark(trx, MAIL_MARK, value)
}

/**
 * One delivery for each webhook that wants the event, and one mail for each address, in the event's
 * transaction: whatever happens afterwards, it is sent, or the log says why not.
 */
export async function queueDeliveries(
  trx: Trx,
  eventId: number,
  event: NewEvent,
  nowMs: number,
): Promise<void> {
  const { projectId } = event.scope
  const webhooks = await webhooksFor(trx, projectId, event.type)
  const recipients = await recipientsFor(trx, projectId, event.type)
  if (webhooks.length === 0 && recipients.length === 0) return
  const body = toJson(eventBody({ ...event, id: eventId, atMs: nowMs }))
  const common = { projectId, eventId, type: event.type, body }
  for (const webhookId of webhooks) {
    await insertDelivery(trx, { ...common, webhookId, recipient: null }, nowMs)
  }
  for (const recipient of recipients) {
    await insertDelivery(trx, { ...common, webhookId: null, recipient }, nowMs)
  }
}

export interface NewDelivery
  extends Pick<Delivery, 'projectId' | 'webhookId' | 'recipient' | 'eventId' | 'type' | 'body'> {}

/** Resolves with its id. */
export async function insertDelivery(
  trx: Trx,
  delivery: NewDelivery,
  nowMs: number,
): Promise<string> {
  const id = newDeliveryId()
  await trx
    .insertInto('deliveries')
    .values({
      id,
      project_id: delivery.projectId,
      webhook_id: delivery.webhookId,
      recipient: delivery.recipient,
      event_id: delivery.eventId,
      type: delivery.type,
      body: delivery.body,
      state: 'waiting',
      tries: 0,
      queued_at_ms: nowMs,
      next_at_ms: nowMs,
      lease: null,
      created_at_ms: nowMs,
      ended_at_ms: null,
      reason: null,
    })
    .execute()
  return id
}

export function isTest(type: string): boolean {
  return type === TEST_TYPE || type === MAIL_TEST_TYPE
}

/**
 * Random and not counted: a store that is brought back from a backup counts the same numbers again,
 * and receivers would take what is new for repeats. It holds no full stop, as what is signed must not.
 */
function newDeliveryId(): string {
  return `msg_${randomBase62(20, 27)}`
}

async function webhooksFor(db: Db, projectId: number, type: EventType): Promise<string[]> {
  const rows = await db
    .selectFrom('webhooks')
    .select(['id', 'events'])
    .where('project_id', '=', projectId)
    .where('disabled_reason', 'is', null)
    .orderBy('revision')
    .execute()
  return rows.filter(({ events }) => wants(fromJson<EventType[]>(events), type)).map(({ id }) => id)
}

function wants(events: readonly EventType[], type: EventType): boolean {
  return events.length === 0 || events.includes(type)
}

async function recipientsFor(db: Db, projectId: number, type: EventType): Promise<string[]> {
  if (!MAILED_EVENTS.has(type) || (await readMark(db, MAIL_MARK)) !== 'on') return []
  const { noticeEmails } = await readKeySettings(db, projectId)
  return [...new Set(noticeEmails)]
}
