import type { InstanceConnection, RequestStream } from '../../src/wire/connection.ts'
import type { FailureKind } from '../../src/wire/constants.ts'
import { encodeHead } from '../../src/wire/messages.ts'

export interface CallInput {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly body?: string | Uint8Array
}

export interface Answer {
  /** How the exchange ended; `ended` is a whole response. */
  readonly outcome: 'ended' | 'lost' | FailureKind
  readonly status: number
  /** The first value of each. */
  readonly headers: Readonly<Record<string, string>>
  /** Flat, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Frames that the response came in. */
  readonly frames: number
}

export function headOfInput(input: CallInput): string {
  const headers = Array.isArray(input.headers) ? input.headers : Object.entries(input.headers ?? {})
  return encodeHead([input.method ?? 'GET', input.target ?? '/', ...headers.flat()])
}

/** One whole exchange: everything sent at once, everything read as it comes. */
export function call(connection: InstanceConnection, input: CallInput = {}): Promise<Answer> {
  return startCall(connection, input).answer
}

/** The same, with the stream in hand; with `isOpen` the body is the test's to go on with. */
export function startCall(
  connection: InstanceConnection,
  input: CallInput & { readonly isOpen?: boolean } = {},
): { stream: RequestStream; answer: Promise<Answer>; firstBytes: Promise<Buffer> } {
  const { promise: answer, resolve } = Promise.withResolvers<Answer>()
  const first = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let status = 0
  let rawHeaders: readonly string[] = []
  let frames = 0
  const finish = (outcome: Answer['outcome']) => {
    const headers: Record<string, string> = {}
    for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!] ??= rawHeaders[i + 1]!
    resolve({ outcome, status, headers, rawHeaders, body: Buffer.concat(chunks), frames })
  }
  const take = (chunk: Buffer | undefined, end: boolean) => {
    frames += 1
    if (chunk !== undefined && chunk.length > 0) {
      chunks.push(chunk)
      first.resolve(chunk)
      stream.consumed(chunk.length)
    }
    if (end) finish('ended')
  }
  const body = input.body === undefined ? undefined : Buffer.from(input.body as Uint8Array)
  const stream = connection.request(headOfInput(input), body, input.isOpen !== true, {
    onHead: (statusOfHead, headers, chunk, end) => {
      status = statusOfHead
      rawHeaders = headers
      take(chunk, end)
    },
    onData: take,
    onWritable: () => {},
    onFailure: finish,
    onLost: () => finish('lost'),
  })
  return { stream, answer, firstBytes: first.promise }
}
