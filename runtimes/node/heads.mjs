import { HEAD_BYTES_MAX } from './frames.mjs'

/** Fields that belong to one HTTP connection: they never cross the frames. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const REFUSED_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const STATUS_MIN = 200
const STATUS_MAX = 599

/**
 * The two heads of a request: what came, cut into fields when something asks, and what is to go.
 * A head is its fields joined by line breaks: method, target, name, value, name, value ...
 */
export class Heads {
  #head
  /** @type {string[] | undefined} */
  #fields
  #status = 200
  /** The content type of what is sent while nothing else was set: most answers need no map. */
  #defaultType = ''
  /** @type {Map<string, string | string[]> | undefined} */
  #responseHeaders

  constructor(head) {
    this.#head = head
  }

  /** Method, target, name, value ... Names are in lower case. */
  get fields() {
    this.#fields ??= this.#head.split('\n')
    return this.#fields
  }

  get method() {
    return this.fields[0]
  }

  get target() {
    return this.fields[1]
  }

  /** Whether the head as it came has this text somewhere. */
  mentions(text) {
    return this.#head.includes(text)
  }

  /** The first value of a request header, its name in lower case. @returns {string | undefined} */
  header(name) {
    const fields = this.fields
    for (let i = 2; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1]
    return undefined
  }

  /** The id that the log lines of this request carry; empty when it has none. */
  get requestId() {
    return requestIdAtStart(this.#head) ?? this.header('latchkey-request-id') ?? ''
  }

  get hasNoBody() {
    return this.#status === 204 || this.#status === 304 || this.#head.startsWith('HEAD\n')
  }

  get status() {
    return this.#status
  }

  set status(status) {
    if (!Number.isInteger(status) || status < STATUS_MIN || status > STATUS_MAX) {
      throw new RangeError(`${String(status)} is not a response status from 200 to 599.`)
    }
    this.#status = status
  }

  /** @returns {Map<string, string | string[]>} */
  get responseHeaders() {
    this.#responseHeaders ??= new Map(
      this.#defaultType === '' ? [] : [['content-type', this.#defaultType]],
    )
    return this.#responseHeaders
  }

  /** Throws a TypeError on what HTTP cannot carry. Fields of the connection are dropped. */
  setHeader(name, value) {
    const key = String(name).toLowerCase()
    if (!HEADER_NAME.test(key)) throw new TypeError(`${JSON.stringify(name)} is no header name.`)
    const values = Array.isArray(value) ? value.map(String) : String(value)
    for (const text of Array.isArray(values) ? values : [values]) {
      if (REFUSED_IN_VALUE.test(text)) {
        throw new TypeError(`The value of the header ${key} holds characters that it must not.`)
      }
    }
    if (!HOP_BY_HOP.has(key)) this.responseHeaders.set(key, values)
  }

  setContentLength(bytes) {
    this.responseHeaders.set('content-length', String(bytes))
  }

  /** Sets the content type of what is sent, unless the handler has set one. */
  defaultType(type) {
    if (this.#responseHeaders === undefined) this.#defaultType = type
    else if (!this.#responseHeaders.has('content-type')) {
      this.#responseHeaders.set('content-type', type)
    }
  }

  /** What the handler has declared; -1 when it has not, or nothing that is a length. */
  contentLength() {
    const value = this.#responseHeaders?.get('content-length')
    return typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : -1
  }

  /**
   * Throws a RangeError on more than the frames can carry.
   * @param {number | undefined} bytes the length of the whole body where it is known
   */
  responseHead(bytes) {
    let head = String(this.#status)
    if (this.#responseHeaders !== undefined) {
      for (const [name, value] of this.#responseHeaders) {
        if (name === 'content-length') continue
        if (typeof value === 'string') head += `\n${name}\n${value}`
        else for (const text of value) head += `\n${name}\n${text}`
      }
    } else if (this.#defaultType !== '') head += `\ncontent-type\n${this.#defaultType}`
    const length = this.#lengthToSend(bytes)
    if (length >= 0) head += `\ncontent-length\n${length}`
    if (head.length <= HEAD_BYTES_MAX) return head
    throw new RangeError(`The response headers have more than ${HEAD_BYTES_MAX} bytes.`)
  }

  #lengthToSend(bytes) {
    if (this.#status === 204) return -1
    // Without a body the handler's own word counts: HEAD tells the length of what GET would answer.
    if (this.hasNoBody && !(bytes > 0)) return this.contentLength()
    return bytes ?? this.contentLength()
  }
}

const REQUEST_ID = 'latchkey-request-id\n'

/** The gateway puts it before all other headers, so that finding it takes no cutting of the head. */
function requestIdAtStart(head) {
  const start = head.indexOf('\n', head.indexOf('\n') + 1) + 1
  if (start === 0 || !head.startsWith(REQUEST_ID, start)) return undefined
  const end = head.indexOf('\n', start + REQUEST_ID.length)
  return head.slice(start + REQUEST_ID.length, end < 0 ? undefined : end)
}
