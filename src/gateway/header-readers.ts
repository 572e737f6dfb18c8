/** What is read of a request's headers while they are gone through. */
export interface ReadHeaders {
  /** How often X-API-Key is there; `apiKey` is its first value. */
  apiKeyCount: number
  apiKey: string
  hostCount: number
  host: string
  /** All that `Connection` says; empty when absent. */
  connection: string
  /** What the caller would rather speak on this connection; empty when absent. */
  upgrade: string
  /** Whether a browser wants to know if another origin may read the answer. */
  crossOrigin: boolean
  /** Access-Control-Request-Method and -Headers; empty when absent. */
  requestedMethod: string
  requestedHeaders: string
  /** Undefined when absent. */
  contentLength: number | undefined
  chunked: boolean
  /** A transfer coding that is not plain `chunked`: the end of such a body cannot be known. */
  unknownCoding: boolean
  expectsContinue: boolean
  /** It expects something that is not `100-continue`, which only it can know how to wait for. */
  expectsUnknown: boolean
  /** Empty when absent; so are the next two. */
  userAgent: string
  referer: string
  /** With more than one, all of them joined, which is no valid one. */
  traceparent: string
  /** RFC 7240, 4.1: the caller would rather not wait for the function. */
  respondsAsync: boolean
}

/** Takes note of a header; true when the function must not see it. */
export type HeaderReader = (head: ReadHeaders, value: string) => boolean

/** Undefined when a header of this name, which is in lower case, is only passed on. */
export function readerOf(name: string): HeaderReader | undefined {
  return READERS.get(name) ?? readerOfReserved(name)
}

const drop: HeaderReader = () => true

/** Among others, and whatever its parameters: there is none that means anything. */
const RESPOND_ASYNC = /(?:^|,)\s*respond-async\s*(?:[;,]|$)/i

const READERS: ReadonlyMap<string, HeaderReader> = new Map<string, HeaderReader>([
  [
    'x-api-key',
    (head, value) => {
      head.apiKeyCount += 1
      if (head.apiKeyCount === 1) head.apiKey = value
      return true
    },
  ],
  [
    'host',
    (head, value) => {
      head.hostCount += 1
      if (head.hostCount === 1) head.host = value
      return false
    },
  ],
  [
    'connection',
    (head, value) => {
      head.connection = joined(head.connection, value)
      return true
    },
  ],
  [
    'upgrade',
    (head, value) => {
      head.upgrade = joined(head.upgrade, value)
      return true
    },
  ],
  [
    'origin',
    (head) => {
      head.crossOrigin = true
      return false
    },
  ],
  [
    'access-control-request-method',
    (head, value) => {
      head.requestedMethod = value
      return false
    },
  ],
  [
    'access-control-request-headers',
    (head, value) => {
      head.requestedHeaders = joined(head.requestedHeaders, value)
      return false
    },
  ],
  [
    'content-length',
    (head, value) => {
      head.contentLength = Number(value)
      return false
    },
  ],
  [
    'transfer-encoding',
    (head, value) => {
      if (head.chunked || value.toLowerCase() !== 'chunked') head.unknownCoding = true
      head.chunked = true
      return true
    },
  ],
  [
    'expect',
    (head, value) => {
      if (value.toLowerCase() === '100-continue') head.expectsContinue = true
      else head.expectsUnknown = true
      return true
    },
  ],
  [
    'user-agent',
    (head, value) => {
      head.userAgent = value
      return false
    },
  ],
  [
    'referer',
    (head, value) => {
      head.referer = value
      return false
    },
  ],
  [
    'traceparent',
    (head, value) => {
      head.traceparent = joined(head.traceparent, value)
      return false
    },
  ],
  [
    'prefer',
    (head, value) => {
      if (!RESPOND_ASYNC.test(value)) return false
      head.respondsAsync = true
      return true
    },
  ],
  // Hop by hop: they speak of this connection and not of the request.
  ['keep-alive', drop],
  ['proxy-connection', drop],
  ['proxy-authorization', drop],
  ['proxy-authenticate', drop],
  ['te', drop],
  ['trailer', drop],
  ['http2-settings', drop],
  // Callers could claim any address in them; what is true of it is added later.
  ['forwarded', drop],
  ['x-real-ip', drop],
])

/**
 * Headers that only the gateway may send to a function, and whatever could be taken for one that the gateway
 * reads: the heirs of CGI (WSGI among them) make one variable of `content-length` and `content_length`.
 */
function readerOfReserved(name: string): HeaderReader | undefined {
  const dashed = name.replaceAll('_', '-')
  if (dashed.startsWith('latchkey-') || dashed.startsWith('x-forwarded-')) return drop
  return dashed !== name && READERS.has(dashed) ? drop : undefined
}

function joined(before: string, value: string): string {
  return before === '' ? value : `${before}, ${value}`
}
