import type { DeliveryState, UnsentReason } from '../domain/delivery.ts'
import type { DisabledReason } from '../domain/webhook.ts'

export interface WebhookRow {
  id: string
  project_id: number
  url: string
  description: string
  /** JSON list, empty for all. */
  events: string
  disabled_reason: DisabledReason | null
  /** Sealed, as the old one. */
  secret: string
  old_secret: string | null
  old_secret_end_ms: number | null
  last_delivered_at_ms: number | null
  last_failed_at_ms: number | null
  revision: number
  created_at_ms: number
  updated_at_ms: number
}

/** One event on its way to a webhook or, where `recipient` is set, by mail. */
export interface DeliveryRow {
  number?: number | undefined
  id: string
  project_id: number
  webhook_id: string | null
  recipient: string | null
  event_id: number | null
  type: string
  body: string
  state: DeliveryState
  /** Since it was queued, or queued again. */
  tries: number
  queued_at_ms: number
  /** While it is sent: when others may take it for abandoned. Null when it has ended. */
  next_at_ms: number | null
  /** Names who sends it. */
  lease: string | null
  created_at_ms: number
  ended_at_ms: number | null
  /** Why it failed where no attempt says so. */
  reason: UnsentReason | null
}

export interface DeliveryAttemptRow {
  delivery: number
  number: number
  at_ms: number
  status: number | null
  error: string | null
  duration_ms: number | null
  answer: string
}
