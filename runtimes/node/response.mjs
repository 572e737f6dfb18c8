import { Writable } from 'node:stream'

const TYPES = {
  bin: 'application/octet-stream',
  css: 'text/css; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  text: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  webp: 'image/webp',
  xml: 'application/xml; charset=utf-8',
  zip: 'application/zip',
}

/** The response as a classic handler sees it, shaped like Express; a Writable, so that streams pipe into it. */
export class FunctionResponse extends Writable {
  #call
  #isEnding = false
  #sources = 0

  /** @param {import('./call.mjs').Call} call */
  constructor(call) {
    super({ highWaterMark: 64 * 1024 })
    this.#call = call
    this.on('pipe', () => {
      this.#sources += 1
    })
    this.on('unpipe', () => {
      this.#sources -= 1
    })
  }

  /** The handler answers by way of this object, now or later: what it returns is not the answer. */
  get isTaken() {
    return this.#sources > 0 || this.writableEnded
  }

  get headersSent() {
    return this.#call.hasSentHead
  }

  get statusCode() {
    return this.#call.status
  }

  set statusCode(status) {
    this.#call.status = status
  }

  status(status) {
    this.#call.status = status
    return this
  }

  /** One header, or an object of them. A list of values gives one field each. */
  set(name, value) {
    if (typeof name === 'object') {
      for (const [key, one] of Object.entries(name)) this.set(key, one)
      return this
    }
    if (this.headersSent) throw new Error('The headers have already been sent.')
    this.#call.setHeader(name, value)
    return this
  }

  header(name, value) {
    return this.set(name, value)
  }

  setHeader(name, value) {
    return this.set(name, value)
  }

  append(name, value) {
    const before = this.get(name)
    return this.set(name, before === undefined ? value : [before, value].flat())
  }

  get(name) {
    return this.#call.responseHeaders.get(String(name).toLowerCase())
  }

  getHeader(name) {
    return this.get(name)
  }

  hasHeader(name) {
    return this.get(name) !== undefined
  }

  getHeaders() {
    return Object.fromEntries(this.#call.responseHeaders)
  }

  removeHeader(name) {
    this.#call.responseHeaders.delete(String(name).toLowerCase())
    return this
  }

  /** A media type, or a file extension with or without its dot. */
  type(type) {
    const known = TYPES[String(type).replace(/^\./, '').toLowerCase()]
    return this.set('content-type', known ?? (type.includes('/') ? type : TYPES.bin))
  }

  writeHead(status, ...rest) {
    this.status(status)
    const headers = rest.find((one) => typeof one === 'object' && one !== null)
    if (headers !== undefined) this.set(headers)
    return this
  }

  /** Sends the head now, before any of the body. */
  flushHeaders() {
    this.#call.sendHead()
  }

  json(value) {
    this.#call.defaultType(TYPES.json)
    return this.end(JSON.stringify(value))
  }

  /** Text is HTML unless a type was set; bytes go as they are; anything else is JSON. */
  send(body) {
    if (body === undefined || body === null) return this.end()
    if (typeof body === 'string') {
      this.#call.defaultType(TYPES.html)
      return this.end(body)
    }
    if (!(body instanceof Uint8Array)) return this.json(body)
    this.#call.defaultType(TYPES.bin)
    return this.end(body)
  }

  sendStatus(status) {
    this.status(status).type('txt')
    return this.end(process.getBuiltinModule('http').STATUS_CODES[status] ?? String(status))
  }

  redirect(first, second) {
    const [status, location] = typeof first === 'number' ? [first, second] : [302, first]
    return this.status(status)
      .set('location', encodeURI(decodeSafely(location)))
      .end()
  }

  end(chunk, encoding, callback) {
    const isBody = chunk !== undefined && chunk !== null && typeof chunk !== 'function'
    const body = isBody && typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
    if (isBody && !this.headersSent && this.writableLength === 0 && !this.writableEnded) {
      this.#call.setContentLength(body.length)
    }
    this.#isEnding = true
    return isBody ? super.end(body, callback ?? asCallback(encoding)) : super.end(chunk)
  }

  _write(chunk, _encoding, done) {
    const isLast = this.#isEnding && this.writableLength === chunk.length
    if (this.#call.write(chunk, isLast)) done()
    else this.#call.onDrain = done
  }

  _final(done) {
    this.#call.end()
    done()
  }
}

function asCallback(value) {
  return typeof value === 'function' ? value : undefined
}

/** So that what is encoded already is not encoded twice. */
function decodeSafely(location) {
  try {
    return decodeURI(location)
  } catch {
    // Not decodable, so not encoded: taken as it is.
    return location
  }
}
