import { type FieldError, PublicError } from '../domain/errors.ts'
import {
  auditedUrl,
  type DisabledReason,
  maskedUrl,
  mintWebhookSecret,
  OLD_SECRET_MS,
  WEBHOOKS_OF_PROJECT_MAX,
  type Webhook,
  type WebhookInput,
  webhookSecretPlace,
  webhookUrlFault,
} from '../domain/webhook.ts'
import type { HostRule } from '../domain/webhook-hosts.ts'
import { newId } from '../lib/ids.ts'
import type { KeyRing } from '../lib/sealing.ts'
import { utcSecondsOrNull } from '../lib/utc-time.ts'
import type { ChangeHandle } from '../store/change.ts'
import { failWaiting } from '../store/delivery-upkeep.ts'
import type { Db } from '../store/dialect.ts'
import {
  deleteWebhook,
  disableWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from '../store/webhooks.ts'

/** The webhook is disabled already, or gone. */
export class NotEnabled extends Error {}

export async function create(
  handle: ChangeHandle,
  ring: KeyRing,
  projectId: number,
  input: WebhookInput,
): Promise<{ webhook: Webhook; secret: string }> {
  const { trx, nowMs, revision } = handle
  const { count } = await listWebhooks(trx, projectId, { limit: 1, offset: 0 })
  if (count >= WEBHOOKS_OF_PROJECT_MAX) {
    throw new PublicError(
      'conflict',
      `A project has at most ${WEBHOOKS_OF_PROJECT_MAX} webhooks: delete one first.`,
    )
  }
  const webhook: Webhook = {
    ...input,
    url: new URL(input.url).href,
    events: [...new Set(input.events)],
    id: newId(),
    projectId,
    disabledReason: input.enabled ? null : 'operator',
    oldSecretEndMs: null,
    lastDeliveredAtMs: null,
    lastFailedAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
  const secret = mintWebhookSecret()
  await insertWebhook(trx, webhook, ring.seal(secret, webhookSecretPlace(webhook.id)), revision)
  audit(handle, 'webhook.created', webhook, { after: audited(webhook) })
  return { webhook, secret }
}

/** Absent members stay as they are. What waits for one that is disabled is not sent any more. */
export async function update(
  handle: ChangeHandle,
  projectId: number,
  id: string,
  patch: Partial<WebhookInput>,
): Promise<Webhook> {
  const { trx, nowMs } = handle
  const before = await requireWebhook(trx, projectId, id)
  const enabled = patch.enabled ?? before.enabled
  const reason = before.disabledReason ?? 'operator'
  const after: Webhook = {
    ...before,
    ...patch,
    url: patch.url === undefined ? before.url : new URL(patch.url).href,
    events: [...new Set(patch.events ?? before.events)],
    enabled,
    disabledReason: enabled ? null : reason,
    updatedAtMs: nowMs,
  }
  await updateWebhook(trx, after)
  if (before.enabled && !enabled) await failWaiting(trx, id, nowMs)
  audit(handle, 'webhook.updated', after, { before: audited(before), after: audited(after) })
  return after
}

export async function rotate(
  handle: ChangeHandle,
  ring: KeyRing,
  projectId: number,
  id: string,
): Promise<{ webhook: Webhook; secret: string }> {
  const { trx, nowMs } = handle
  const before = await requireWebhook(trx, projectId, id)
  const secret = mintWebhookSecret()
  const sealed = ring.seal(secret, webhookSecretPlace(id))
  await rotateWebhookSecret(trx, id, sealed, nowMs + OLD_SECRET_MS, nowMs)
  const webhook = await requireWebhook(trx, projectId, id)
  audit(handle, 'webhook.updated', webhook, {
    before: { ...audited(before), secret: 'old' },
    after: { ...audited(webhook), secret: 'new' },
  })
  return { webhook, secret }
}

/** What waits for it, and its log, go with it. */
export async function remove(handle: ChangeHandle, projectId: number, id: string): Promise<void> {
  const before = await requireWebhook(handle.trx, projectId, id)
  await deleteWebhook(handle.trx, id)
  audit(handle, 'webhook.deleted', before, { before: audited(before) })
}

/** @throws NotEnabled */
export async function disable(
  handle: ChangeHandle,
  projectId: number,
  id: string,
  reason: Exclude<DisabledReason, 'operator'>,
): Promise<void> {
  const { trx, nowMs } = handle
  const before = await findWebhook(trx, projectId, id)
  if (before === undefined || !(await disableWebhook(trx, id, reason, nowMs))) {
    throw new NotEnabled()
  }
  await failWaiting(trx, id, nowMs)
  const after = { ...before, enabled: false, disabledReason: reason }
  audit(handle, 'webhook.updated', after, { before: audited(before), after: audited(after) })
}

export async function requireWebhook(db: Db, projectId: number, id: string): Promise<Webhook> {
  const webhook = await findWebhook(db, projectId, id)
  if (webhook === undefined) throw new PublicError('not_found', `There is no webhook ${id}.`)
  return webhook
}

/** A URL that is sent back as it was shown, with its password hidden, is none that is new. */
export function meantUrl(patch: Partial<WebhookInput>, now: Webhook): Partial<WebhookInput> {
  const { url, ...rest } = patch
  return url === undefined || url === maskedUrl(now.url) ? rest : patch
}

export function checkUrl(url: string | undefined, hosts: HostRule): void {
  const fault = url === undefined ? undefined : urlFault(url, hosts)
  if (fault === undefined) return
  const errors: FieldError[] = [{ field: 'url', message: fault }]
  throw new PublicError('invalid_body', `The request body is not valid: url ${fault}.`, errors)
}

function urlFault(text: string, hosts: HostRule): string | undefined {
  const fault = webhookUrlFault(text)
  if (fault !== undefined || hosts.mayAllow(new URL(text).hostname)) return fault
  return 'names a host of this machine or a private network, which the setting LATCHKEY_WEBHOOK_HOSTS must allow'
}

function audit(
  handle: ChangeHandle,
  action: `webhook.${'created' | 'updated' | 'deleted'}`,
  webhook: Webhook,
  shown: { before?: unknown; after?: unknown },
): void {
  const { id: entityId, projectId, url } = webhook
  handle.audit({ action, entityId, entityName: new URL(url).host, scope: { projectId }, ...shown })
}

function audited(webhook: Webhook) {
  return {
    url: auditedUrl(webhook.url),
    description: webhook.description,
    events: webhook.events,
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    old_secret_end: utcSecondsOrNull(webhook.oldSecretEndMs),
  }
}
