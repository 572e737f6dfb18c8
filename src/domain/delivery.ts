import { newId } from '../lib/ids.ts'
import { utcSeconds } from '../lib/utc-time.ts'

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const
/** `waiting` also while it is sent. */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Why something is not sent any more, whatever its attempts were. */
export type UnsentReason = 'webhook_disabled' | 'no_mail_server'

/** One event on its way to one webhook, or to one address by mail. */
export interface Delivery {
  /** The same at every attempt: receivers know a repeat by it. */
  readonly id: string
  readonly projectId: number
  /** Null for a mail. */
  readonly webhookId: string | null
  /** Null for a webhook. */
  readonly recipient: string | null
  /** Null for a test. */
  readonly eventId: number | null
  readonly type: string
  /** What is sent, or what the mail is written from: JSON. */
  readonly body: string
  readonly state: DeliveryState
  /** Null when it has ended. */
  readonly nextAtMs: number | null
  readonly createdAtMs: number
  readonly endedAtMs: number | null
  /** Null where the last attempt says why it failed. */
  readonly reason: UnsentReason | null
  /** Oldest first. */
  readonly attempts: readonly DeliveryAttempt[]
}

export interface DeliveryAttempt {
  /** From 1. */
  readonly number: number
  readonly atMs: number
  /** Of HTTP or SMTP; null when there was no answer. */
  readonly status: number | null
  /** Null for a success. */
  readonly error: string | null
  /** Null where the end of the attempt was not seen. */
  readonly durationMs: number | null
  /** The beginning of the answer. */
  readonly answer: string
}

/** What came of one attempt. */
export interface AttemptOutcome {
  readonly kind: 'delivered' | 'failed' | 'refused-for-good'
  readonly status: number | null
  readonly error: string | null
  readonly answer: string
  readonly durationMs: number
  /** What the receiver asked to wait. */
  readonly retryAfterMs: number | null
}

/** Of webhooks and mails that operators send to see whether they arrive. They are tried once. */
export const TEST_TYPE = 'webhook.test'
export const MAIL_TEST_TYPE = 'mail.test'

/** What a test sends: formed as an event is, and of no region. */
export function testBody(type: string, projectId: number, data: object, nowMs: number): string {
  const at = utcSeconds(nowMs)
  return JSON.stringify({
    id: `test_${newId()}`,
    type,
    created_at: at,
    timestamp: at,
    project_id: projectId,
    region_id: null,
    data,
  })
}

export const DELIVERIES_KEPT_MS = 30 * 86_400_000
export const ANSWER_BYTES_KEPT = 1024

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** About three days in all. */
const DELAYS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
  16 * HOUR,
  24 * HOUR,
  24 * HOUR,
]
const JITTER = 0.1
const LONGEST_MS = 24 * HOUR
/** No delivery waits longer for its next attempt. */
export const LONGEST_WAIT_MS = LONGEST_MS * (1 + JITTER)

/**
 * How long to wait after so many tries, a tenth more or less; undefined when it is given up.
 * Who asks for more time gets it, up to a day.
 */
export function retryDelayMs(
  tries: number,
  askedMs: number | null = null,
  random: () => number = Math.random,
): number | undefined {
  const delayMs = DELAYS_MS[tries - 1]
  if (delayMs === undefined) return undefined
  const spread = Math.round(delayMs * (1 - JITTER + 2 * JITTER * random()))
  return Math.max(spread, Math.min(askedMs ?? 0, LONGEST_MS))
}
