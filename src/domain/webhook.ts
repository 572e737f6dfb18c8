import { randomBytes } from 'node:crypto'
import type { EventType } from './events.ts'

/** Where a project's events are sent to. */
export interface Webhook {
  readonly id: string
  readonly projectId: number
  /** As it is called: its user name, password and query may be secrets. */
  readonly url: string
  readonly description: string
  /** Empty for all. */
  readonly events: readonly EventType[]
  readonly enabled: boolean
  /** Null while it is enabled. */
  readonly disabledReason: DisabledReason | null
  /** Until then deliveries are signed with the secret before the newest one too; null when there is none. */
  readonly oldSecretEndMs: number | null
  readonly lastDeliveredAtMs: number | null
  readonly lastFailedAtMs: number | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** By hand; it answered 410; or it took nothing for as long as deliveries are tried. */
export type DisabledReason = 'operator' | 'gone' | 'failing'

/** Sealed, see {@link webhookSecretPlace}. */
export interface SealedWebhookSecrets {
  readonly current: string
  readonly old: string | null
}

export interface WebhookInput {
  readonly url: string
  readonly description: string
  readonly events: readonly EventType[]
  readonly enabled: boolean
}

export const WEBHOOKS_OF_PROJECT_MAX = 20
export const WEBHOOK_URL_CHARS_MAX = 2048
/** How long both secrets sign after a rotation. */
export const OLD_SECRET_MS = 24 * 3_600_000

/** What stands for a password in a URL that is shown. */
const MASK = '***'
const SECRET_BYTES = 32

/** `whsec_` and 32 random bytes in base64, the form of Standard Webhooks. */
export function mintWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** Where a secret belongs, for sealing: it opens nowhere else. */
export function webhookSecretPlace(webhookId: string): string {
  return `webhook\0${webhookId}`
}

/** Whether the newest thing that is known of it is a failure. */
export function isFailing(webhook: Pick<Webhook, 'lastDeliveredAtMs' | 'lastFailedAtMs'>): boolean {
  return (webhook.lastFailedAtMs ?? 0) > (webhook.lastDeliveredAtMs ?? 0)
}

/** What is wrong with it, as it ends the sentence "url …"; the URL itself is not in it. */
export function webhookUrlFault(text: string): string | undefined {
  if (text.length > WEBHOOK_URL_CHARS_MAX) {
    return `may have at most ${WEBHOOK_URL_CHARS_MAX} characters`
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\/[^/\\]/i.test(text)) {
    return 'must begin with https:// or http:// and name a host'
  }
  // What parses a URL passes over some of them, and people would read another host than is called.
  if (/[^\x21-\uffff]/.test(text)) return 'must hold neither spaces nor control characters'
  if (!isDecodable(url.username) || !isDecodable(url.password)) {
    return 'must have a user name and password in which each % begins an escaped character'
  }
  if (url.hash !== '') return 'must have no part after #, which no server would be sent'
  if (url.password === MASK || url.username === MASK) {
    return `must hold its user name and password, not ${MASK}`
  }
  return undefined
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    // That it throws is the answer.
    return false
  }
}

/** For those who may read webhooks: all but the password, or the user name where it stands alone. */
export function maskedUrl(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = MASK
  else if (url.username !== '') url.username = MASK
  return url.href
}

/** For logs and the audit: neither user name, password nor query. */
export function auditedUrl(text: string): string {
  const url = new URL(text)
  const user = url.username === '' && url.password === '' ? '' : `${MASK}@`
  const query = url.search === '' ? '' : `?${MASK}`
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`
}
