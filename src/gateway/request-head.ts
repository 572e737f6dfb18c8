import type { CallTrace } from './call-trace.ts'
import { headerNameOf } from './header-names.ts'
import type { ReadHeaders } from './header-readers.ts'

/** What the gateway reads from a request's headers, in one pass, and what it forwards of them. */
export interface RequestHead extends ReadHeaders {
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
    respondsAsync: false,
    trace: undefined,
    fields: '',
  }
  let fields = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { read, prefix } = headerNameOf(rawHeaders[i]!)
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
