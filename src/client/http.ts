import type { FieldError } from '../domain/errors.ts'
import { ApiError, unreachable } from './errors.ts'
import { readEvents, type StreamEvent } from './event-stream.ts'

export interface ClientOptions {
  /** The server's origin, `http://127.0.0.1:8080`; a trailing `/cloud` is taken as part of it. */
  readonly baseUrl: string
  /**
   * `<id>$<secret>`. Goes into the Authorization header and nowhere else. Absent in a page of the server's
   * own, whose cookie says who asks.
   */
  readonly token?: string | undefined
  readonly fetch?: typeof fetch
  /** How long one request may take; 60 s by default. */
  readonly requestTimeoutMs?: number
  /** Called when an answer names nodes that have not applied the change yet. */
  readonly onLagging?: (nodes: readonly string[]) => void
}

export type Query = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[] | undefined>
>

export interface RequestOptions {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** For an answer that may take longer than others. */
  readonly timeoutMs?: number
  /** Requests with the same one change something once: repeats are answered as the first was. */
  readonly idempotencyKey?: string | undefined
  /** An answer's `ETag`: the change is made only to what still has it. */
  readonly ifMatch?: string | undefined
  /** Called with the head of a good answer that says more than its body. */
  readonly onHeaders?: ((headers: Headers) => void) | undefined
}

/** Of a change that must not be made twice. */
export type ChangeOptions = Pick<RequestOptions, 'idempotencyKey'>

/** Sends one request below `/cloud/v1`; undefined for an answer without a body. */
export type Send = <T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options?: RequestOptions,
) => Promise<T>

export interface StreamOptions {
  readonly query?: Query
  readonly signal?: AbortSignal | undefined
  /** Of the last event that is known already. */
  readonly lastEventId?: string | undefined
  /** Called when the server has begun to answer, which may be long before there is an event. */
  readonly onOpen?: (() => void) | undefined
}

/** The server-sent events of one path below `/cloud/v1`, until the server ends them. */
export type OpenStream = (path: string, options?: StreamOptions) => AsyncGenerator<StreamEvent>

/** The bytes of an answer of any length, below `/cloud/v1`; throws when it breaks off. */
export type Download = (path: string, options?: StreamOptions) => AsyncGenerator<Uint8Array>

const REQUEST_TIMEOUT_MS = 60_000

/**
 * Below `/iam` instead, for the area of that name.
 *
 * @throws TypeError when the URL or the token cannot be used; neither is in its message.
 */
export function createSend(options: ClientOptions, area: 'cloud' | 'iam' = 'cloud'): Send {
  const cloud = apiBase(options.baseUrl)
  const base = area === 'cloud' ? cloud : cloud.replace(/\/cloud\/v1$/, '/iam')
  const headers = { accept: 'application/json', ...credentials(options) }
  const timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS

  return async <T>(method: string, path: string, request: RequestOptions = {}): Promise<T> => {
    const url = new URL(base + path)
    addQuery(url, request.query ?? {})
    const limit = AbortSignal.timeout(request.timeoutMs ?? timeoutMs)
    const signals = [limit, ...(request.signal ? [request.signal] : [])]
    const init: RequestInit = { method, signal: AbortSignal.any(signals) }
    // The token must not follow a redirect to wherever it points.
    init.redirect = 'manual'
    if (request.body !== undefined) init.body = JSON.stringify(request.body)
    init.headers = {
      ...headers,
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
      ...(request.ifMatch !== undefined && { 'if-match': request.ifMatch }),
    }
    let response: Response
    let text: string
    try {
      response = await (options.fetch ?? fetch)(url, init)
      text = await response.text()
    } catch (error) {
      throw unreachable(url.origin, method !== 'GET', error)
    }
    const lagging = laggingNodes(response.headers)
    if (lagging.length > 0) options.onLagging?.(lagging)
    const answer = readAnswer<T>(response, text)
    request.onHeaders?.(response.headers)
    return answer
  }
}

/** @throws TypeError as `createSend` does. */
export function createOpenStream(options: ClientOptions): OpenStream {
  const base = apiBase(options.baseUrl)
  const headers = { accept: 'text/event-stream', ...credentials(options) }
  return async function* (path, { query, signal, lastEventId, onOpen } = {}) {
    const url = new URL(base + path)
    addQuery(url, query ?? {})
    const init: RequestInit = { headers, signal: signal ?? null, redirect: 'manual' }
    if (lastEventId !== undefined) init.headers = { ...headers, 'last-event-id': lastEventId }
    try {
      const response = await (options.fetch ?? fetch)(url, init)
      const type = response.headers.get('content-type') ?? ''
      if (!response.ok) readAnswer(response, await response.text())
      if (!type.startsWith('text/event-stream') || response.body === null) {
        throw notOurs(response, 'answered something else than a stream of events')
      }
      onOpen?.()
      yield* readEvents(response.body)
    } catch (error) {
      throw error instanceof ApiError ? error : unreachable(url.origin, false, error)
    }
  }
}

/** @throws TypeError as `createSend` does. */
export function createDownload(options: ClientOptions): Download {
  const base = apiBase(options.baseUrl)
  const headers = credentials(options)
  return async function* (path, { query, signal } = {}) {
    const url = new URL(base + path)
    addQuery(url, query ?? {})
    try {
      const init: RequestInit = { headers, signal: signal ?? null, redirect: 'manual' }
      const response = await (options.fetch ?? fetch)(url, init)
      if (!response.ok) readAnswer(response, await response.text())
      if (response.body !== null) yield* response.body
    } catch (error) {
      throw error instanceof ApiError ? error : unreachable(url.origin, false, error)
    }
  }
}

/** A change with a cookie must say that it comes from a page that may send headers. */
function credentials({ token }: ClientOptions): Record<string, string> {
  if (token === undefined) return { 'x-latchkey-csrf': '1' }
  if (/^[\x21-\x7e]+$/.test(token)) return { authorization: `apikey ${token}` }
  throw new TypeError('The API token is empty or holds characters that no token has.')
}

/** Path segments, escaped and joined, each with its slash. */
export function segments(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${encodeURIComponent(segment(String(part)))}`).join('')
}

/** A URL resolves dots away even when they are escaped, and would then name something else. */
function segment(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`${JSON.stringify(text)} names nothing.`)
  return text
}

export function apiBase(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('The server’s URL must begin with http:// or https:// and name a host.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('The server’s URL must not hold a user name or a password.')
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/cloud(\/v1)?$/, '')
  return `${url.origin}${path}/cloud/v1`
}

function addQuery(url: URL, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, String(one))
    }
  }
}

/** The nodes that have not applied the change: `latchkey-propagation: revision=12; lagging=node-a,node-b`. */
export function laggingNodes(headers: Headers): string[] {
  const match = /; *lagging=([^; ]+)/.exec(headers.get('latchkey-propagation') ?? '')
  return match === null ? [] : match[1]!.split(',').map(decodeURIComponent)
}

export function readAnswer<T>(response: Response, text: string): T {
  const body = parseJson(text)
  if (response.status >= 200 && response.status < 300) {
    if (text === '') return undefined as T
    if (body !== undefined) return body as T
    throw notOurs(response, 'answered something that is not JSON')
  }
  if (response.status >= 300 && response.status < 400) {
    throw notOurs(response, `redirects to ${response.headers.get('location') ?? 'elsewhere'}`)
  }
  const problem = typeof body === 'object' && body !== null ? (body as Partial<ErrorBody>) : {}
  if (typeof problem.message !== 'string') {
    const isProxys = PROXY_STATUSES.has(response.status)
    throw notOurs(
      response,
      `answered ${response.status} without a reason`,
      isProxys ? 'a proxy in front of Latchkey does not reach it' : undefined,
    )
  }
  throw new ApiError(response.status, {
    code: typeof problem.code === 'string' ? problem.code : undefined,
    message: problem.message,
    fields: fieldErrors(problem.errors),
    requestId:
      typeof problem.request_id === 'string' ? problem.request_id : requestIdHeader(response),
  })
}

interface ErrorBody {
  readonly message: unknown
  readonly code: unknown
  readonly request_id: unknown
  readonly errors: unknown
}

/** What proxies answer themselves when what they stand before does not. */
const PROXY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

function notOurs(
  response: Response,
  did: string,
  why = "check that the URL is that of Latchkey's REST API",
): ApiError {
  const message = `The server ${did}: ${why}.`
  return new ApiError(response.status, { message, requestId: requestIdHeader(response) })
}

function requestIdHeader(response: Response): string | undefined {
  return response.headers.get('x-request-id') ?? undefined
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (e): e is FieldError => typeof e?.field === 'string' && typeof e?.message === 'string',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is an expected answer of a wrong server; the caller words it.
    return undefined
  }
}
