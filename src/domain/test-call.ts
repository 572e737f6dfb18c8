import type { ErrorCode, FieldError } from './errors.ts'
import type { KeyVerdict } from './key-verdict.ts'

/*
 * Calls that operators make to try a function: through the gateway of a data node like anybody's, as one of the
 * project's keys, whose secret nobody has to know.
 */
export const TEST_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export const TEST_PATH_PATTERN = '^/[\\x21\\x22\\x24-\\x7e]*$'
export const TEST_PATH_CHARS_MAX = 65_536
export const TEST_HEADERS_MAX = 100
/** Of names and values together. */
export const TEST_HEADERS_CHARS_MAX = 16 * 1024
/** What is kept of an answer's body. */
export const TEST_ANSWER_BYTES_MAX = 1024 * 1024

export interface TestHeader {
  readonly name: string
  readonly value: string
}

/** As a gateway thread is given it. */
export interface TestCall {
  readonly functionId: string
  /** The key to call with, by its id and by the SHA-256 of its secret in hex; null for none. */
  readonly keyId: string | null
  readonly keyDigest: string | null
  readonly method: string
  /** As a caller would write it. */
  readonly url: string
  /** Path and query as the function shall see them. */
  readonly target: string
  /** The caller's headers as `\nname\nvalue` each, `host` among them, names in lower case. */
  readonly fields: string
  readonly host: string
  /** Of the operator; null when it is not known. */
  readonly address: string | null
  readonly proto: 'http' | 'https'
  /** Null for none. */
  readonly body: Uint8Array | null
}

/** What a caller would have got, and what became of the call on its way. */
export interface TestAnswer {
  /** 0 when the call was broken off before there was an answer. */
  readonly status: number
  /** `[name, value, name, value, ...]`, names in lower case. */
  readonly headers: readonly string[]
  /** Up to `TEST_ANSWER_BYTES_MAX` of it. */
  readonly body: Uint8Array
  /** Of all of it. */
  readonly bodyBytes: number
  /** False when the answer was broken off after it had begun. */
  readonly isWhole: boolean
  readonly requestId: string
  /** Undefined when the function answered. */
  readonly code: ErrorCode | undefined
  /** Undefined when the call was refused before its key was looked at. */
  readonly verdict: KeyVerdict | undefined
  readonly isCold: boolean
  readonly durationMs: number
  readonly queuedMs: number
  /** Until the head of the answer; undefined when there was none. */
  readonly firstByteMs: number | undefined
  readonly instanceId: string | undefined
  readonly versionId: string | undefined
}

export type TestOutcome =
  | { readonly kind: 'answered'; readonly answer: TestAnswer }
  /** What ran it has ended meanwhile: whether the function did its work is not known. */
  | { readonly kind: 'interrupted' }
  /** No data node is connected. */
  | { readonly kind: 'no-node' }

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/
/** RFC 9110, 5.5: no control characters; what is above ASCII is a byte each. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Of the connection, or for the gateway alone to say. */
const NOT_THEIRS =
  /^(?:connection|keep-alive|host|content-length|transfer-encoding|te|trailer|upgrade|expect|http2-settings|forwarded|x-real-ip|x-forwarded-.*|latchkey-.*|proxy-.*)$/

/** What is wrong with the headers of a test, by field. */
export function testHeaderFaults(headers: readonly TestHeader[]): FieldError[] {
  const faults: FieldError[] = []
  let chars = 0
  for (const [i, { name, value }] of headers.entries()) {
    chars += name.length + value.length
    const fault = nameFault(name)
    if (fault !== undefined) faults.push({ field: `headers.${i}.name`, message: fault })
    if (!VALUE.test(value)) {
      const message = 'must have no line breaks, control characters or characters beyond Latin-1'
      faults.push({ field: `headers.${i}.value`, message })
    }
  }
  if (chars > TEST_HEADERS_CHARS_MAX) {
    const message = `must have at most ${TEST_HEADERS_CHARS_MAX} characters together`
    faults.push({ field: 'headers', message })
  }
  return faults
}

/** In the form of `TestCall`, as a parser would have read them. */
export function testFields(host: string, headers: readonly TestHeader[]): string {
  const all = [{ name: 'host', value: host }, ...headers]
  return all.map(({ name, value }) => `\n${name.toLowerCase()}\n${trimmed(value)}`).join('')
}

function nameFault(name: string): string | undefined {
  if (!TOKEN.test(name)) return 'must be letters, digits and hyphens'
  const dashed = name.toLowerCase().replaceAll('_', '-')
  if (dashed === 'x-api-key') return 'is set by choosing a key: no secret is needed here'
  return NOT_THEIRS.test(dashed) ? 'is set by the gateway' : undefined
}

function trimmed(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '')
}
