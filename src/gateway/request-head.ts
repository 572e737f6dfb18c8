import type { CallTrace } from './call-trace.ts'

/** What the gateway reads from a request's headers, in one pass, and what it forwards of them. */
export interface RequestHead {
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
  /** Set when the call is recorded. */
  trace: CallTrace | undefined
  /** The headers for the function as `\nname\nvalue` each, names in lower case. */
  fields: string
}

/** `[name, value, name, value, ...]` as Node gives them: in the order and with the repetitions of the wire. */
export function readRequestHead(rawHeaders: readonly string[]): RequestHead {
  const head: RequestHead = {
    apiKeyCount: 0,
    apiKey: '',
    hostCount: 0,
    host: '',
    connection: '',
    upgrade: '',
    crossOrigin: false,
    requestedMethod: '',
    requestedHeaders: '',
    contentLength: undefined,
    chunked: false,
    unknownCoding: false,
    expectsContinue: false,
    expectsUnknown: false,
    userAgent: '',
    referer: '',
    traceparent: '',
    trace: undefined,
    fields: '',
  }
  let fields = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { read, prefix } = fieldNameOf(rawHeaders[i]!)
    const value = rawHeaders[i + 1]!
    if (read === undefined || !read(head, value)) fields = `${fields}${prefix}${value}`
  }
  head.fields = head.connection === '' ? fields : withoutListed(fields, head.connection)
  return head
}

export function hasBody(head: RequestHead): boolean {
  return head.chunked || (head.contentLength !== undefined && head.contentLength > 0)
}

/** Whether what the parser let pass could mean different things to two readers. */
export function isMalformed(
  head: RequestHead,
  version: { readonly httpVersion: string; readonly httpVersionMinor: number },
): boolean {
  if (head.hostCount > 1 || head.unknownCoding || !isSpoken(version)) return true
  if (head.host !== usualHost) {
    if (!isHost(head.host)) return true
    usualHost = head.host
  }
  // Chunks came with HTTP/1.1: who knows only 1.0 takes them for a body without an end.
  return version.httpVersionMinor === 0 ? head.chunked : head.hostCount === 0
}

/** The parser of HTTP/1 lets HTTP/0.9 and 2.0 pass as the version of what it reads. */
function isSpoken({ httpVersion, httpVersionMinor }: Parameters<typeof isMalformed>[1]): boolean {
  if (httpVersion === '1.1') return true
  return httpVersion === (httpVersionMinor === 0 ? '1.0' : '2.0')
}

/** A name or an address, also with a port: a function that puts its URL together finds no other path in it. */
export function isHost(text: string): boolean {
  return text.length <= HOST_CHARS_MAX && HOST.test(text)
}

/** The longest name in DNS, a dot at its end and a port. */
const HOST_CHARS_MAX = 260
const HOST = /^(?:[-.\w~]*|\[[\da-f:.]+\])(?::\d{0,5})?$/i
/** The last one that was found in order: most requests name the same. */
let usualHost = ''

/** Takes note of a header; true when the function must not see it. */
type Reader = (head: RequestHead, value: string) => boolean

/** A header's name as it is written, and what is to be done with what it names. */
interface FieldName {
  /** `\nname\n`, in lower case. */
  readonly prefix: string
  /** Undefined when the value is only passed on. */
  readonly read: Reader | undefined
}

const drop: Reader = () => true

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
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
 * Names by how callers spell them. A name that was seen before is found faster than it is put in lower
 * case, and most requests bring the same ones.
 */
const fieldNames = new Map<string, FieldName>()
/** Callers choose what they send: a bound on what that keeps in memory. */
const NAMES_MAX = 1000
const NAME_CHARS_MAX = 64

function fieldNameOf(written: string): FieldName {
  return fieldNames.get(written) ?? newFieldName(written)
}

function newFieldName(written: string): FieldName {
  const name = written.toLowerCase()
  const fieldName = { prefix: `\n${name}\n`, read: READERS.get(name) ?? readerOfReserved(name) }
  if (written.length <= NAME_CHARS_MAX) {
    if (fieldNames.size >= NAMES_MAX) fieldNames.clear()
    fieldNames.set(written, fieldName)
  }
  return fieldName
}

/**
 * Headers that only the gateway may send to a function, and whatever could be taken for one that the gateway
 * reads: the heirs of CGI (WSGI among them) make one variable of `content-length` and `content_length`.
 */
function readerOfReserved(name: string): Reader | undefined {
  const dashed = name.replaceAll('_', '-')
  if (dashed.startsWith('latchkey-') || dashed.startsWith('x-forwarded-')) return drop
  return dashed !== name && READERS.has(dashed) ? drop : undefined
}

function joined(before: string, value: string): string {
  return before === '' ? value : `${before}, ${value}`
}

/** They say what the request is, wherever it goes: that they are of this hop alone cannot be. */
const NEVER_OF_THE_HOP: ReadonlySet<string> = new Set(['host', 'content-length'])

/** Without the headers that `Connection` names as belonging to this hop. */
function withoutListed(fields: string, connection: string): string {
  if (connection === 'keep-alive' || connection === 'close') return fields
  const listed = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  const parts = fields.split('\n')
  let kept = ''
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i]!
    if (!listed.has(name) || NEVER_OF_THE_HOP.has(name)) kept += `\n${name}\n${parts[i + 1]}`
  }
  return kept
}
