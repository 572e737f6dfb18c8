import type { Delivery } from '../domain/delivery.ts'
import { maskedUrl, type Webhook } from '../domain/webhook.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { DeliveryWire, WebhookWire } from './schemas/webhooks.ts'

export function webhookWire(webhook: Webhook): WebhookWire {
  return {
    id: webhook.id,
    url: maskedUrl(webhook.url),
    description: webhook.description,
    events: [...webhook.events],
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    old_secret_ends_at: utcSecondsOrNull(webhook.oldSecretEndMs),
    last_delivered_at: utcSecondsOrNull(webhook.lastDeliveredAtMs),
    last_failed_at: utcSecondsOrNull(webhook.lastFailedAtMs),
    created_at: utcSeconds(webhook.createdAtMs),
    updated_at: utcSeconds(webhook.updatedAtMs),
  }
}

export function deliveryWire(delivery: Delivery): DeliveryWire {
  return {
    id: delivery.id,
    type: delivery.type,
    event_id: delivery.eventId === null ? null : `evt_${delivery.eventId}`,
    recipient: delivery.recipient,
    state: delivery.state,
    created_at: utcSeconds(delivery.createdAtMs),
    next_attempt_at: utcSecondsOrNull(delivery.nextAtMs),
    ended_at: utcSecondsOrNull(delivery.endedAtMs),
    reason: delivery.reason,
    body: JSON.parse(delivery.body) as Record<string, unknown>,
    attempts: delivery.attempts.map((attempt) => ({
      number: attempt.number,
      at: utcSeconds(attempt.atMs),
      status: attempt.status,
      error: attempt.error,
      duration_ms: attempt.durationMs,
      answer: attempt.answer,
    })),
  }
}
