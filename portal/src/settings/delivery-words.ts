import type { DeliverySerializer, WebhookSerializer } from '../../../src/client/types.ts'

/** What came of the newest attempt: `200 in 48 ms`, `It answered 503. (12 ms)`. */
export function outcomeText({ attempts, reason }: DeliverySerializer): string {
  if (reason === 'webhook_disabled') return 'Not sent: the webhook is disabled.'
  if (reason === 'no_mail_server') return 'Not sent: there is no mail server.'
  const last = attempts.at(-1)
  if (last === undefined) return 'Not tried yet'
  const took = last.duration_ms === null ? '' : `${last.duration_ms} ms`
  if (last.error === null) return `${last.status ?? 'Taken'}${took && ` in ${took}`}`
  return `${last.error}${took && ` (${took})`}`
}

export const STATE_WORDS: Readonly<Record<DeliverySerializer['state'], string>> = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
}

/** `Enabled`, or why it is not. */
export function webhookStateText({ enabled, disabled_reason: reason }: WebhookSerializer): string {
  if (enabled) return 'Enabled'
  if (reason === 'gone') return 'Disabled: it answered 410, so it wants nothing any more'
  if (reason === 'failing') return 'Disabled: it took nothing for about three days'
  return 'Disabled by an operator'
}

export function eventsText({ events }: WebhookSerializer): string {
  return events.length === 0 ? 'Every event' : events.join(', ')
}

/** Whether the newest thing that is known of it is a failure. */
export function isFailing(webhook: WebhookSerializer): boolean {
  const { last_failed_at: failed, last_delivered_at: delivered } = webhook
  return failed !== null && (delivered === null || failed > delivered)
}
