/** The head of a request of HTTP/2, said as HTTP/1.1 would. */
export interface TranslatedHead {
  readonly method: string
  /** Undefined for CONNECT, which has none. */
  readonly target: string | undefined
  /** `[name, value, name, value, ...]` */
  readonly rawHeaders: string[]
  /** Of all names and values. */
  readonly bytes: number
}

/** What a header costs beyond its name and value where it stands in lines: colon, space, line end. */
const LINE_BYTES = 4

/**
 * Translates `[name, value, ...]` as they came, pseudo-headers first. Everything that comes after has one
 * set of rules this way, those of HTTP/1.1: two hosts that differ become two Host headers and are refused as
 * such, and a body without a length is one in chunks.
 */
export function translateHead(raw: readonly string[], hasBody: boolean): TranslatedHead {
  const rawHeaders: string[] = []
  let method = ''
  let target: string | undefined
  let authority: string | undefined
  let host: string | undefined
  let cookie: string | undefined
  let hasLength = false
  let bytes = 0
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    const value = raw[i + 1]!
    bytes += name.length + value.length + LINE_BYTES
    switch (name) {
      case ':method':
        method = value
        break
      case ':path':
        target = value
        break
      case ':authority':
        authority = value
        break
      case ':scheme':
        // The caller's word for what the connection says itself.
        break
      case 'host':
        if (host === undefined) host = value
        else rawHeaders.push('host', value)
        break
      case 'cookie':
        // RFC 9113, 8.2.3: HTTP/2 may cut it into crumbs, which are one header for everybody else.
        cookie = cookie === undefined ? value : `${cookie}; ${value}`
        break
      default:
        if (name === 'content-length') hasLength = true
        rawHeaders.push(name, value)
    }
  }
  if (cookie !== undefined) rawHeaders.push('cookie', cookie)
  if (authority !== undefined) rawHeaders.push('host', authority)
  if (host !== undefined && host !== authority) rawHeaders.push('host', host)
  if (hasBody && !hasLength) rawHeaders.push('transfer-encoding', 'chunked')
  return { method, target, rawHeaders, bytes }
}
