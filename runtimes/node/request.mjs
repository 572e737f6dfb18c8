/** The request as a classic handler sees it, shaped like Express. All of it is made when asked for. */
export class FunctionRequest {
  #call
  #body
  #rawBody
  #headers
  #query

  /**
   * @param {import('./call.mjs').Call} call
   * @param {unknown} body as in `event.data`
   * @param {Buffer} rawBody
   */
  constructor(call, body, rawBody) {
    this.#call = call
    this.#body = body
    this.#rawBody = rawBody
  }

  get method() {
    return this.#call.method
  }

  /** The path with its query. */
  get url() {
    return this.#call.target
  }

  get originalUrl() {
    return this.#call.target
  }

  get path() {
    const { target } = this.#call
    const mark = target.indexOf('?')
    return mark < 0 ? target : target.slice(0, mark)
  }

  /** A repeated parameter is an array. */
  get query() {
    if (this.#query === undefined) {
      const { target } = this.#call
      const mark = target.indexOf('?')
      const text = mark < 0 ? '' : target.slice(mark + 1)
      this.#query = process.getBuiltinModule('querystring').parse(text)
    }
    return this.#query
  }

  /** Names in lower case; the values of a repeated field are joined. */
  get headers() {
    this.#headers ??= headersOf(this.#call.fields)
    return this.#headers
  }

  get body() {
    return this.#body
  }

  /** The body's bytes as they came. */
  get rawBody() {
    return this.#rawBody
  }

  /** Aborted when the caller has gone or the time is over. */
  get signal() {
    return this.#call.signal
  }

  get protocol() {
    return this.headers['x-forwarded-proto'] ?? 'http'
  }

  get hostname() {
    const host = this.headers['x-forwarded-host'] ?? this.headers.host ?? ''
    return host.replace(/:[0-9]+$/, '')
  }

  /** The caller's address. */
  get ip() {
    return this.headers['x-forwarded-for']
  }

  get(name) {
    const key = String(name).toLowerCase()
    return this.headers[key === 'referrer' ? 'referer' : key]
  }

  header(name) {
    return this.get(name)
  }
}

function headersOf(fields) {
  const headers = Object.create(null)
  for (let i = 2; i < fields.length; i += 2) {
    const name = fields[i]
    const value = fields[i + 1]
    if (headers[name] === undefined) headers[name] = value
    else headers[name] += name === 'cookie' ? `; ${value}` : `, ${value}`
  }
  return headers
}
