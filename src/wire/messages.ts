import { HEAD_BYTES_MAX, HOP_BY_HOP_HEADERS } from './constants.ts'

/** What an instance is told to become. The JSON payload of ASSIGN. */
export interface Assignment {
  /** Where the instance listens for gateway threads. At most about 100 bytes. */
  readonly socketPath: string
  /** The artifact's folder, absolute. */
  readonly folder: string
  /** The file to load, relative to the folder. */
  readonly entry: string
  /** The exported method to call. */
  readonly method: string
  readonly envs: Readonly<Record<string, string>>
  readonly function: {
    readonly name: string
    readonly namespace: string
    readonly runtime: string
    readonly timeoutSeconds: number
    readonly memoryLimitMb: number
  }
}

/** The JSON payload of READY. */
export interface ReadyMessage {
  readonly protocol: number
}

/** The JSON payload of FAILED: why the instance cannot serve, for the function's owner to read. */
export interface FailedMessage {
  readonly message: string
}

/** The JSON payload of RETIRE: what cannot be ended, for the function's owner to read. */
export interface RetireMessage {
  readonly message: string
}

export interface ResponseHead {
  readonly status: number
  /** Flat: name, value, name, value. Names in lower case. */
  readonly headers: readonly string[]
  /** What `content-length` says; -1 without one. */
  readonly contentLength: number
}

const REFUSED_CHARACTER = /[^\t\n\x20-\x7e\x80-\xff]/
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const STATUS = /^[2-5][0-9]{2}$/
const CONTENT_LENGTH = /^[0-9]{1,15}$/
/** Names that nearly every response has need no check. */
const USUAL_NAMES: ReadonlySet<string> = new Set(['content-type', 'cache-control', 'set-cookie'])

/** Joins the fields of a head. The caller sees to it that none holds a line break or NUL. */
export function encodeHead(fields: readonly string[]): string {
  return fields.join('\n')
}

/** The head at the start of a REQUEST's or RESPONSE's payload; undefined when its length is not true. */
export function headOf(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start < 4) return undefined
  const length = bytes.readUInt32LE(start)
  if (length > HEAD_BYTES_MAX || length > end - start - 4) return undefined
  return bytes.toString('latin1', start + 4, start + 4 + length)
}

/**
 * Reads an instance's response head; undefined when it is malformed. The code inside an instance is
 * not ours to trust: nothing passes that could end a header line or frame the HTTP answer anew.
 */
export function decodeResponseHead(head: string): ResponseHead | undefined {
  if (REFUSED_CHARACTER.test(head)) return undefined
  const headers = head.split('\n')
  const status = headers.shift()!
  if (headers.length % 2 !== 0 || !STATUS.test(status)) return undefined
  let contentLength = -1
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!
    if (USUAL_NAMES.has(name)) continue
    if (name === 'content-length') {
      if (contentLength >= 0 || !CONTENT_LENGTH.test(headers[i + 1]!)) return undefined
      contentLength = Number(headers[i + 1])
    } else if (!HEADER_NAME.test(name) || HOP_BY_HOP_HEADERS.has(name)) {
      return undefined
    }
  }
  return { status: Number(status), headers, contentLength }
}

/**
 * `decodeResponseHead` with a memory of one: most functions answer with the same head again and again,
 * and to compare it costs a tenth of reading it.
 */
export class ResponseHeads {
  #text: string | undefined
  #head: ResponseHead | undefined

  decode(text: string): ResponseHead | undefined {
    if (text !== this.#text) {
      this.#head = decodeResponseHead(text)
      this.#text = text
    }
    return this.#head
  }
}

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** The JSON object of a READY or FAILED payload; undefined when it is none. */
export function decodeJsonObject(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // Not JSON: the caller drops the connection.
    return undefined
  }
}
