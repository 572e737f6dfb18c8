import type { AttemptOutcome } from '../domain/delivery.ts'
import type { EventBody } from '../domain/events.ts'
import { type Webhook, webhookSecretPlace } from '../domain/webhook.ts'
import { HostRule } from '../domain/webhook-hosts.ts'
import type { KeyRing } from '../lib/sealing.ts'
import { mailText } from '../notify/mail-text.ts'
import type { Mailer } from '../notify/mailer.ts'
import { sendWebhook } from '../notify/webhook-sender.ts'
import { signatureHeaders } from '../notify/webhook-signature.ts'
import type { ClaimedDelivery } from '../store/delivery-claims.ts'
import type { Store } from '../store/open.ts'
import { findProject } from '../store/projects.ts'
import { webhookSecrets } from '../store/webhooks.ts'

export interface SendingDeps {
  readonly store: Store
  readonly secrets: KeyRing
  /** Addresses of the internet unless told. */
  readonly webhookHosts?: HostRule | undefined
  readonly mailer?: Mailer | undefined
  /** How long a receiver has for its answer; 10 s unless told. */
  readonly webhookTimeoutMs?: number | undefined
}

type Sent = Omit<AttemptOutcome, 'durationMs'>

const TIMEOUT_MS = 10_000
const EXTERNAL = new HostRule()
const GONE = 410

/** Makes one attempt, and throws for nothing that the outside does. */
export async function sendDelivery(
  deps: SendingDeps,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const beganMs = performance.now()
  const sent =
    delivery.recipient === null
      ? await sendToWebhook(deps, delivery, signal)
      : await sendMail(deps, delivery, delivery.recipient, signal)
  return { ...sent, durationMs: performance.now() - beganMs }
}

async function sendToWebhook(
  deps: SendingDeps,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<Sent> {
  const { webhook, id, body, startedAtMs } = delivery
  const { webhookHosts: rule = EXTERNAL, webhookTimeoutMs: timeoutMs = TIMEOUT_MS } = deps
  if (webhook === null) return failed('The webhook was deleted.')
  const opened = await openSecrets(deps, webhook, startedAtMs)
  if (opened.kind === 'failed') return failed(opened.error)
  const headers = signatureHeaders({ id, atMs: startedAtMs, body }, opened.secrets)
  const answer = await sendWebhook(
    { url: webhook.url, headers, body },
    { rule, timeoutMs, signal, nowMs: startedAtMs },
  )
  if (answer.kind === 'unanswered') return failed(answer.error)
  const { status, retryAfterMs } = answer
  const isDelivered = status >= 200 && status < 300
  return {
    kind: isDelivered ? 'delivered' : status === GONE ? 'refused-for-good' : 'failed',
    status,
    error: isDelivered ? null : `It answered ${status}.`,
    answer: answer.answer,
    retryAfterMs,
  }
}

type OpenedSecrets =
  | { readonly kind: 'opened'; readonly secrets: readonly string[] }
  | { readonly kind: 'failed'; readonly error: string }

/** The newest first. An old one that does not open is left out: the newest is enough. */
async function openSecrets(
  { store, secrets: ring }: SendingDeps,
  { id }: Webhook,
  nowMs: number,
): Promise<OpenedSecrets> {
  const sealed = await webhookSecrets(store.db, id, nowMs)
  if (sealed === undefined) return { kind: 'failed', error: 'The webhook was deleted.' }
  const current = ring.open(sealed.current, webhookSecretPlace(id))
  switch (current.kind) {
    case 'unknown-key':
      return {
        kind: 'failed',
        error: `Its secret is sealed with the key ${current.keyId}, which the server does not have: give it that key, or rotate the secret.`,
      }
    case 'damaged':
      return { kind: 'failed', error: 'Its secret is damaged: rotate it.' }
    case 'opened':
      break
  }
  const old = sealed.old === null ? undefined : ring.open(sealed.old, webhookSecretPlace(id))
  return {
    kind: 'opened',
    secrets: old?.kind === 'opened' ? [current.text, old.text] : [current.text],
  }
}

async function sendMail(
  { store, mailer }: SendingDeps,
  delivery: ClaimedDelivery,
  recipient: string,
  signal: AbortSignal,
): Promise<Sent> {
  if (mailer === undefined) return failed('No mail server is set.')
  const body = JSON.parse(delivery.body) as EventBody
  const project = await findProject(store.db, delivery.projectId)
  const mail = {
    ...mailText(body, project?.name ?? ''),
    to: recipient,
    id: delivery.id,
    atMs: delivery.startedAtMs,
  }
  const answer = await mailer.send(mail, signal)
  if (answer.kind === 'accepted') {
    const { status, answer: text } = answer
    return { kind: 'delivered', status, error: null, answer: text, retryAfterMs: null }
  }
  const { status, error, answer: text, isForGood } = answer
  const kind = isForGood ? 'refused-for-good' : 'failed'
  return { kind, status, error, answer: text, retryAfterMs: null }
}

function failed(error: string): Sent {
  return { kind: 'failed', status: null, error, answer: '', retryAfterMs: null }
}
