import type { EventType } from '../domain/events.ts'
import type { DisabledReason, SealedWebhookSecrets, Webhook } from '../domain/webhook.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { WebhookRow } from './tables-deliveries.ts'

export async function insertWebhook(
  trx: Trx,
  webhook: Webhook,
  sealedSecret: string,
  revision: number,
): Promise<void> {
  await trx
    .insertInto('webhooks')
    .values({
      id: webhook.id,
      project_id: webhook.projectId,
      ...columnsOf(webhook),
      secret: sealedSecret,
      old_secret: null,
      old_secret_end_ms: null,
      last_delivered_at_ms: null,
      last_failed_at_ms: null,
      revision,
      created_at_ms: webhook.createdAtMs,
      updated_at_ms: webhook.updatedAtMs,
    })
    .execute()
}

export async function findWebhook(
  db: Db,
  projectId: number,
  id: string,
): Promise<Webhook | undefined> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return row === undefined ? undefined : webhookOf(row)
}

export async function webhookById(db: Db, id: string): Promise<Webhook | null> {
  const row = await db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : webhookOf(row)
}

/** In the order of their creation. */
export async function listWebhooks(
  db: Db,
  projectId: number,
  { limit, offset }: Slice,
): Promise<PageOf<Webhook>> {
  const matching = db.selectFrom('webhooks').selectAll().where('project_id', '=', projectId)
  const rows = await matching.orderBy('revision').limit(limit).offset(offset).execute()
  return { count: await countRows(matching), results: rows.map(webhookOf) }
}

export async function updateWebhook(trx: Trx, webhook: Webhook): Promise<void> {
  await trx
    .updateTable('webhooks')
    .set({ ...columnsOf(webhook), updated_at_ms: webhook.updatedAtMs })
    .where('id', '=', webhook.id)
    .execute()
}

/** What it was signed with goes on signing beside it until `oldEndMs`. */
export async function rotateWebhookSecret(
  trx: Trx,
  id: string,
  sealedSecret: string,
  oldEndMs: number,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('webhooks')
    .set((eb) => ({
      old_secret: eb.ref('secret'),
      old_secret_end_ms: oldEndMs,
      secret: sealedSecret,
      updated_at_ms: nowMs,
    }))
    .where('id', '=', id)
    .execute()
}

/** Takes its deliveries with it. */
export async function deleteWebhook(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('webhooks').where('id', '=', id).execute()
}

/** False when it is disabled already. */
export async function disableWebhook(
  trx: Trx,
  id: string,
  reason: DisabledReason,
  nowMs: number,
): Promise<boolean> {
  const row = await trx
    .updateTable('webhooks')
    .set({ disabled_reason: reason, updated_at_ms: nowMs })
    .where('id', '=', id)
    .where('disabled_reason', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function noteDelivery(
  trx: Trx,
  id: string,
  isDelivered: boolean,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('webhooks')
    .set(isDelivered ? { last_delivered_at_ms: nowMs } : { last_failed_at_ms: nowMs })
    .where('id', '=', id)
    .execute()
}

export async function webhookSecrets(
  db: Db,
  id: string,
  nowMs: number,
): Promise<SealedWebhookSecrets | undefined> {
  const row = await db
    .selectFrom('webhooks')
    .select(['secret', 'old_secret', 'old_secret_end_ms'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const isOldValid = row.old_secret_end_ms !== null && row.old_secret_end_ms > nowMs
  return { current: row.secret, old: isOldValid ? row.old_secret : null }
}

/** What the webhooks have sealed, to see whether its key is there. */
export async function sealedWebhookSecrets(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('webhooks').select('secret').execute()
  return rows.map(({ secret }) => secret)
}

export function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    projectId: row.project_id,
    url: row.url,
    description: row.description,
    events: fromJson<EventType[]>(row.events),
    enabled: row.disabled_reason === null,
    disabledReason: row.disabled_reason,
    oldSecretEndMs: row.old_secret_end_ms,
    lastDeliveredAtMs: row.last_delivered_at_ms,
    lastFailedAtMs: row.last_failed_at_ms,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}

function columnsOf(webhook: Webhook) {
  return {
    url: webhook.url,
    description: webhook.description,
    events: toJson(webhook.events),
    disabled_reason: webhook.disabledReason,
  }
}
