import type { FieldError } from '../domain/errors.ts'

/** The server answered, and refused. */
export class ApiError extends Error {
  readonly status: number
  /** A code of the public error table; `unknown` when the answer carries none. */
  readonly code: string
  /** Which fields of the body are wrong; empty for other refusals. */
  readonly fields: readonly FieldError[]
  /** Under which the server's log has the details; undefined when the answer carries none. */
  readonly requestId: string | undefined

  constructor(
    status: number,
    answer: {
      code?: string | undefined
      message: string
      fields?: readonly FieldError[]
      requestId?: string | undefined
    },
  ) {
    super(answer.message)
    this.name = 'ApiError'
    this.status = status
    this.code = answer.code ?? 'unknown'
    this.fields = answer.fields ?? []
    this.requestId = answer.requestId
  }
}

/** No answer came: the message says what happened, `next` what to do about it. */
export class UnreachableError extends Error {
  readonly next: string

  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreachableError'
    this.next = next
  }
}

/** What `fetch` threw, by the code in its chain of causes. A caller's own abort is passed on as it is. */
export function unreachable(url: string, isChange: boolean, thrown: unknown): unknown {
  const codes = errorCodes(thrown)
  if (codes.includes('AbortError')) return thrown
  const [what, next] = explain(codes)
  const unknown =
    isChange && what.kind === 'broken'
      ? ' It is not known whether the change was made: look before you repeat it.'
      : ''
  return new UnreachableError(`${what.sentence} (${url}).${unknown}`, next, { cause: thrown })
}

interface What {
  readonly kind: 'absent' | 'broken' | 'wrong'
  readonly sentence: string
}

function explain(codes: readonly string[]): [What, next: string] {
  const has = (expression: RegExp) => codes.some((code) => expression.test(code))
  if (has(/^ECONNREFUSED$/)) {
    return [
      { kind: 'absent', sentence: 'Nothing listens there' },
      'Start the server with `latchkey serve`, or check the URL.',
    ]
  }
  if (has(/^(ENOTFOUND|EAI_)/)) {
    return [
      { kind: 'absent', sentence: 'The host name is not known' },
      'Check the URL and this machine’s name resolution.',
    ]
  }
  if (has(/CERT|SELF_SIGNED|UNABLE_TO_/)) {
    return [
      { kind: 'wrong', sentence: 'The server’s certificate is not trusted' },
      'Check the URL, or trust its authority with NODE_EXTRA_CA_CERTS=<file>.',
    ]
  }
  if (has(/^(HTTPParserError|HPE_|ERR_SSL_|EPROTO)/)) {
    return [
      { kind: 'wrong', sentence: 'What listens there does not speak this protocol' },
      'Check the port, and whether the URL should begin with http:// or https://.',
    ]
  }
  if (has(/^(ETIMEDOUT|TimeoutError|UND_ERR_.*TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/)) {
    return [
      { kind: 'broken', sentence: 'The server did not answer in time' },
      'Check the URL and the network between here and the server, then try again.',
    ]
  }
  return [
    { kind: 'broken', sentence: 'The connection broke off before the answer was complete' },
    'Check that the server is running and that port and scheme of the URL are right, then try again.',
  ]
}

/** Codes and names along the chain of causes, the attempts of several addresses included. */
function errorCodes(thrown: unknown): string[] {
  const codes: string[] = []
  let error: unknown = thrown
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    codes.push(error.name)
    if ('code' in error && typeof error.code === 'string') codes.push(error.code)
    error = error instanceof AggregateError ? (error.cause ?? error.errors[0]) : error.cause
  }
  return codes
}
