/** What the gateway reads from a request's headers, in one pass, and what it forwards of them. */
export interface RequestHead {
  /** How often X-API-Key is there; `apiKey` is its first value. */
  apiKeyCount: number
  apiKey: string
  hostCount: number
  host: string
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
    crossOrigin: false,
    requestedMethod: '',
    requestedHeaders: '',
    contentLength: undefined,
    chunked: false,
    unknownCoding: false,
    expectsContinue: false,
    fields: '',
  }
  let connection = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    if (name === 'connection') connection = connection === '' ? value : `${connection},${value}`
    else if (READERS.get(name)?.(head, value) === true || isReserved(name)) continue
    else head.fields += `\n${name}\n${value}`
  }
  if (connection !== '') head.fields = withoutListed(head.fields, connection)
  return head
}

export function hasBody(head: RequestHead): boolean {
  return head.chunked || (head.contentLength !== undefined && head.contentLength > 0)
}

/** Whether what the parser let pass could mean different things to two readers. */
export function isMalformed(head: RequestHead, httpVersionMinor: number): boolean {
  if (head.hostCount > 1 || head.unknownCoding || REFUSED_IN_HOST.test(head.host)) return true
  return head.hostCount === 0 && httpVersionMinor > 0
}

/** What ends a host in a URL: a function that puts its URL together would find another path in it. */
const REFUSED_IN_HOST = /[^-.:\w~!$&'()*+,;=%[\]]/

/** Takes note of a header; true when the function must not see it. */
type Reader = (head: RequestHead, value: string) => boolean

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
      head.requestedHeaders =
        head.requestedHeaders === '' ? value : `${head.requestedHeaders}, ${value}`
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
  ['upgrade', drop],
  ['http2-settings', drop],
  // Callers could claim any address in it.
  ['forwarded', drop],
])

/**
 * Headers that only the gateway may send to a function. With underscores too: the gateways'
 * heirs of CGI (WSGI among them) make one variable of `latchkey-key-id` and `latchkey_key_id`.
 */
function isReserved(name: string): boolean {
  const first = name.charCodeAt(0)
  if (first !== LETTER_L && first !== LETTER_X) return false
  const dashed = name.includes('_') ? name.replaceAll('_', '-') : name
  return (
    dashed.startsWith('latchkey-') || dashed.startsWith('x-forwarded-') || dashed === 'x-api-key'
  )
}

const LETTER_L = 'l'.charCodeAt(0)
const LETTER_X = 'x'.charCodeAt(0)

/** Without the headers that `Connection` names as belonging to this hop. */
function withoutListed(fields: string, connection: string): string {
  const token = connection.toLowerCase()
  if (token === 'keep-alive' || token === 'close') return fields
  const listed = new Set(token.split(',').map((name) => name.trim()))
  const parts = fields.split('\n')
  let kept = ''
  for (let i = 1; i < parts.length; i += 2) {
    if (!listed.has(parts[i]!)) kept += `\n${parts[i]}\n${parts[i + 1]}`
  }
  return kept
}
