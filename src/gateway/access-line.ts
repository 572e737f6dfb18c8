import type { ErrorCode } from '../domain/errors.ts'
import type { Route } from '../domain/routes.ts'
import {
  asciiBytes,
  asciiJson,
  ESCAPED_BYTES_MAX,
  type JsonLineBuffer,
} from '../lib/json-line-buffer.ts'
import { traceIdOf } from '../observability/trace-context.ts'
import { keyText, PartsByObject, PartsByText, routeText } from './access-line-parts.ts'
import type { EarlyRefusal, EndedCall } from './ended-call.ts'
import type { KeyIdentity } from './key-table.ts'
import { endOfPath, withoutUserInfo } from './shown-url.ts'

/** More than all names and the values that are not a caller's take. */
const FIXED_BYTES = 2048

/**
 * Writes the line of a request: one JSON object with its newline. Whatever a caller sent is escaped, so
 * that nobody can make up a line or hide one; it is text of one character a byte, as Node's parser gives
 * it.
 */
export class AccessLineWriter {
  readonly #withQuery: boolean
  readonly #methods = new PartsByText((method) => `","method":${asciiJson(method)}`)
  readonly #hosts = new PartsByText((host) => `,"host":${asciiJson(host)}`)
  readonly #verdicts = new PartsByText((verdict) => `,"verdict":"${verdict}"`)
  readonly #routes = new PartsByObject<Route>(routeText)
  readonly #keys = new PartsByObject<KeyIdentity>(keyText)
  readonly #clients = new PartsByText((address) => `,"client":${asciiJson(address)}`)
  readonly #protocols = new PartsByText((version) => `,"protocol":"HTTP/${version}","bytes_in":`)
  readonly #userAgents = new PartsByText((name) => `,"user_agent":${asciiJson(name)}`)
  #second = Number.NaN
  #secondPart = asciiBytes('')
  /** What `performance.now()` lacks to milliseconds since 1970. */
  #originMs = 0

  /** @param withQuery whether query strings are shown: people put secrets there */
  constructor(withQuery: boolean) {
    this.#withQuery = withQuery
    this.setClock()
  }

  /** To be called now and then: the system's clock may have been set since. */
  setClock(): void {
    this.#originMs = Date.now() - performance.now()
  }

  callBytesMax({ url, head, key, remoteAddress }: EndedCall): number {
    const { host, userAgent, referer } = head
    let chars = url.length + host.length + userAgent.length + referer.length
    if (key !== undefined) chars += key.id.length + key.name.length
    if (remoteAddress !== undefined) chars += remoteAddress.length
    return FIXED_BYTES + ESCAPED_BYTES_MAX * chars
  }

  refusalBytesMax({ url = '' }: EarlyRefusal): number {
    return FIXED_BYTES + ESCAPED_BYTES_MAX * url.length
  }

  /** There must be room for `callBytesMax`. */
  writeCall(call: EndedCall, to: JsonLineBuffer): void {
    const { head, remoteAddress } = call
    this.#begin(this.#originMs + call.startedAtMs, call.requestId, to)
    to.raw(this.#methods.of(call.method))
    if (head.host !== '') to.raw(this.#hosts.of(head.host))
    this.#url(PATH, call.url, to)
    to.raw(STATUS)
    to.integer(call.status)
    this.#decision(call, to)
    if (remoteAddress !== undefined) to.raw(this.#clients.of(remoteAddress))
    to.raw(this.#protocols.of(call.httpVersion))
    to.integer(call.bytesReceived)
    to.raw(BYTES_OUT)
    to.integer(call.bytesSent)
    work(call, to)
    if (head.userAgent !== '') to.raw(this.#userAgents.of(head.userAgent))
    if (head.referer !== '') this.#url(REFERER, head.referer, to)
    if (call.callId !== undefined) {
      to.raw(CALL)
      to.plain(call.callId)
      to.raw(QUOTE)
    }
    if (call.isTest === true) to.raw(TEST)
    if (head.traceparent !== '') trace(head.traceparent, to)
    to.raw(END)
  }

  /** There must be room for `refusalBytesMax`. */
  writeRefusal(refusal: EarlyRefusal, to: JsonLineBuffer): void {
    const { method, url, remoteAddress } = refusal
    this.#begin(Date.now(), refusal.requestId, to)
    to.raw(method === undefined ? QUOTE : this.#methods.of(method))
    if (url !== undefined) this.#url(PATH, url, to)
    to.raw(STATUS)
    to.integer(refusal.status)
    error(refusal.code, to)
    if (remoteAddress !== undefined) to.raw(this.#clients.of(remoteAddress))
    to.raw(BYTES_OUT)
    to.integer(refusal.bytesSent)
    to.raw(END)
  }

  /** Leaves the quote of the request id open. */
  #begin(atMs: number, requestId: string, to: JsonLineBuffer): void {
    const second = Math.floor(atMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      const time = new Date(second * 1000).toISOString().slice(0, 20)
      this.#secondPart = asciiBytes(`{"time":"${time}000${AFTER_TIME}`)
    }
    to.raw(this.#secondPart)
    to.patchThousandths(Math.floor(atMs - second * 1000), AFTER_TIME.length + 3)
    to.plain(requestId)
  }

  #decision({ code, verdict, route, key }: EndedCall, to: JsonLineBuffer): void {
    if (code !== undefined) error(code, to)
    if (verdict !== undefined) to.raw(this.#verdicts.of(verdict))
    if (route !== undefined) to.raw(this.#routes.of(route))
    if (key !== undefined) to.raw(this.#keys.of(key))
  }

  /** What may be shown of a URL, or of the target of a request. */
  #url(name: Uint8Array, url: string, to: JsonLineBuffer): void {
    const end = this.#withQuery ? url.length : endOfPath(url)
    to.raw(name)
    // Only an absolute one can have a name and a password before its host.
    if (url.charCodeAt(0) === SLASH) to.escaped(url, end)
    else to.escaped(withoutUserInfo(url.slice(0, end)))
    to.raw(QUOTE)
  }
}

function error(code: ErrorCode, to: JsonLineBuffer): void {
  to.raw(ERROR)
  to.plain(code)
  to.raw(QUOTE)
}

function work(call: EndedCall, to: JsonLineBuffer): void {
  to.raw(DURATION)
  to.thousandths(call.durationMs)
  if (call.queuedMs > 0) {
    to.raw(QUEUED)
    to.thousandths(call.queuedMs)
    to.raw(call.isCold ? COLD : WARM)
  } else to.raw(call.isCold ? AT_ONCE_COLD : AT_ONCE)
  if (call.instanceId !== undefined) {
    to.raw(INSTANCE)
    to.plain(call.instanceId)
    to.raw(call.isWhole ? QUOTE_WHOLE : QUOTE_CUT_OFF)
  } else to.raw(call.isWhole ? WHOLE : CUT_OFF)
}

function trace(traceparent: string, to: JsonLineBuffer): void {
  const traceId = traceIdOf(traceparent)
  if (traceId === undefined) return
  to.raw(TRACE_ID)
  to.plain(traceId)
  to.raw(QUOTE)
}

const SLASH = '/'.charCodeAt(0)

const QUOTE = asciiBytes('"')
const AFTER_TIME = 'Z","request_id":"'
const PATH = asciiBytes(',"path":"')
const STATUS = asciiBytes(',"status":')
const ERROR = asciiBytes(',"error":"')
const BYTES_OUT = asciiBytes(',"bytes_out":')
const DURATION = asciiBytes(',"duration_ms":')
const QUEUED = asciiBytes(',"queued_ms":')
const COLD = asciiBytes(',"cold":true')
const WARM = asciiBytes(',"cold":false')
const AT_ONCE = asciiBytes(',"queued_ms":0,"cold":false')
const AT_ONCE_COLD = asciiBytes(',"queued_ms":0,"cold":true')
const INSTANCE = asciiBytes(',"instance":"')
const WHOLE = asciiBytes(',"whole":true')
const QUOTE_WHOLE = asciiBytes('","whole":true')
const QUOTE_CUT_OFF = asciiBytes('","whole":false')
const CUT_OFF = asciiBytes(',"whole":false')
const CALL = asciiBytes(',"call_id":"')
const REFERER = asciiBytes(',"referer":"')
const TEST = asciiBytes(',"test":true')
const TRACE_ID = asciiBytes(',"trace_id":"')
const END = asciiBytes('}\n')
