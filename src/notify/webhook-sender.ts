import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { urlToHttpOptions } from 'node:url'
import { ANSWER_BYTES_KEPT } from '../domain/delivery.ts'
import { type HostRule, literalAddress } from '../domain/webhook-hosts.ts'
import { request as httpRequest } from '../lib/http.ts'

const { request: httpsRequest } = process.getBuiltinModule('node:https')

export interface WebhookMessage {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type WebhookAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** The beginning of the body, as text. */
      readonly answer: string
      readonly retryAfterMs: number | null
    }
  /** `error` is a sentence without anything of the URL but its host. */
  | { readonly kind: 'unanswered'; readonly error: string }

export interface SendOptions {
  readonly rule: HostRule
  /** For all of it, from the name's look-up to the answer. */
  readonly timeoutMs: number
  /** Given up when it is given. */
  readonly signal?: AbortSignal
  readonly nowMs: number
  /** The system's unless told. */
  readonly lookup?: typeof lookup
}

/**
 * One POST, on a connection of its own. Redirects are not followed: where they point nobody has written
 * down. Hosts are held against the rule at the address that is connected to, so a name that is looked up
 * again and has another address by then is of no use.
 */
export async function sendWebhook(
  message: WebhookMessage,
  options: SendOptions,
): Promise<WebhookAnswer> {
  const url = new URL(message.url)
  const { rule, timeoutMs } = options
  const literal = literalAddress(url.hostname)
  const isByName = rule.allowsName(url.hostname)
  if (literal !== undefined && !isByName && !rule.allowsAddress(literal)) {
    return { kind: 'unanswered', error: refusal(url.hostname) }
  }
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, ...(options.signal ? [options.signal] : [])])
  const body = Buffer.from(message.body)
  const request = begin(url, {
    ...urlToHttpOptions(url),
    method: 'POST',
    headers: {
      ...message.headers,
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': 'Latchkey',
    },
    agent: false,
    signal,
    lookup: guardedLookup(
      options.lookup ?? lookup,
      (address) => isByName || rule.allowsAddress(address),
    ) as NonNullable<RequestOptions['lookup']>,
  })
  try {
    return await answerTo(request, body, options.nowMs)
  } catch (error) {
    const reason = timeout.aborted
      ? `There was no answer within ${timeoutMs / 1000} s.`
      : said(error)
    return { kind: 'unanswered', error: reason }
  } finally {
    request.destroy()
  }
}

function begin(url: URL, options: RequestOptions): ClientRequest {
  return url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options)
}

async function answerTo(
  request: ClientRequest,
  body: Buffer,
  nowMs: number,
): Promise<WebhookAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    // After the answer it can still fail, which changes nothing any more.
    request.on('error', reject)
    request.end(body)
  })
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    answer: await beginningOf(response),
    retryAfterMs: retryAfterMs(response.headers['retry-after'], nowMs),
  }
}

/** The status has said it all: an answer whose body breaks off or never ends is an answer. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= ANSWER_BYTES_KEPT) break
    }
  } catch {
    // What came until then is shown.
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ANSWER_BYTES_KEPT))
  return text.replaceAll('\0', '\ufffd')
}

/** Seconds or a date; null for neither. */
function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

class RefusedAddress extends Error {}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** Looks a name up as a connection does and leaves out what may not be connected to. */
function guardedLookup(find: typeof lookup, allows: (address: string) => boolean) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    find(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, [])
        return
      }
      const allowed = addresses.filter(({ address }) => allows(address))
      const [first] = allowed
      if (first === undefined) callback(new RefusedAddress(refusal(hostname)), [])
      else if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}

function refusal(hostname: string): string {
  return `${hostname} is, or has, an address of this machine or a private network, which LATCHKEY_WEBHOOK_HOSTS does not allow.`
}

function said(error: unknown): string {
  if (error instanceof RefusedAddress) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  // Several addresses were tried: the first tells enough.
  const first = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined
  return (first?.message ?? (message || code || 'The connection failed.')).slice(0, 500)
}
