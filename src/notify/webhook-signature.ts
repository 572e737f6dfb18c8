import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** What is signed: id and body stay the same at every attempt, the time does not. */
export interface SignedMessage {
  readonly id: string
  readonly atMs: number
  readonly body: string
}

/**
 * The headers of Standard Webhooks 1.0.0: `v1,<base64 of HMAC-SHA256 of id.seconds.body>`, one signature
 * for each secret with spaces between them.
 */
export function signatureHeaders(
  { id, atMs, body }: SignedMessage,
  secrets: readonly string[],
): Record<`webhook-${'id' | 'timestamp' | 'signature'}`, string> {
  const seconds = Math.floor(atMs / 1000)
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
    return `v1,${mac}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}
