import type { CallAnswer, CallRun, RunOutcome } from '../domain/calls.ts'
import type { ErrorCode } from '../domain/errors.ts'
import type { CallerRequest, CallerSocket } from './caller.ts'
import type { EndedCall } from './ended-call.ts'
import type { Caller } from './forwarded.ts'
import { fieldsWithout, KeptAnswer } from './kept-answer.ts'

/** What a try of an asynchronous call, or an operator's test, has in place of a connection and a key. */
export interface Background {
  /** Of the asynchronous call; undefined for a test. */
  readonly id: string | undefined
  readonly functionId: string
  readonly keyId: string | null
  readonly keyDigest: string | null
  /** Whether a trigger made it, which needs no key. */
  readonly isTrusted: boolean
  /** Whether an operator makes it, who has no secret. */
  readonly isTest?: true
  readonly caller: Caller
  /** Called after all who observe calls. */
  readonly onEnded?: (call: EndedCall) => void
}

/** What goes to the function at a time. */
const PIECE_BYTES = 64 * 1024
/** Of an answer's headers. */
const HEADER_CHARS_MAX = 8 * 1024
/** Of the connection, of one caller alone, or said anew when the answer is fetched. */
const NOT_KEPT =
  /^(?:connection|keep-alive|transfer-encoding|content-length|date|set-cookie|x-request-id|www-authenticate|access-control-.*|latchkey-.*)$/

export function backgroundOf({ id, attempt, call }: CallRun): Background {
  const { functionId, keyId, keyDigest, trigger, request } = call
  const { address, proto, callerFields } = request
  const told = trigger === null ? '' : `\nlatchkey-trigger\n${trigger}`
  const fields = `${callerFields}\nlatchkey-call-id\n${id}\nlatchkey-call-attempt\n${attempt}${told}`
  const caller = { address: address ?? undefined, proto, fields }
  return { id, functionId, keyId, keyDigest, isTrusted: trigger !== null, caller }
}

type KeptRequest = Pick<CallRun['call'], 'body'> & {
  readonly request: Pick<CallRun['call']['request'], 'method' | 'url' | 'fields'>
}

/** The request of a try: what was kept, as if it had just come. */
export class BackgroundRequest implements CallerRequest, CallerSocket {
  readonly method: string
  readonly url: string
  readonly httpVersion = '1.1'
  readonly httpVersionMajor = 1
  readonly httpVersionMinor = 1
  readonly rawHeaders: string[]
  readonly complete = true
  readonly #body: Buffer
  #at = 0
  #isFlowing = false
  #hasEnded = false
  readonly #onData: ((chunk: Buffer) => void)[] = []
  readonly #onEnd: (() => void)[] = []
  /** Called when the gateway breaks the answer off. */
  onCut: () => void = () => {}

  constructor({ request, body }: KeptRequest) {
    this.method = request.method
    this.url = request.url
    this.#body = body === null ? Buffer.alloc(0) : Buffer.from(body)
    this.rawHeaders = rawHeadersOf(request.fields, body)
  }

  get socket(): CallerSocket {
    return this
  }

  on(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    if (event === 'end') this.#onEnd.push(listener as () => void)
    else {
      this.#onData.push(listener)
      this.resume()
    }
  }

  once(_event: 'end', listener: () => void): void {
    this.#onEnd.push(listener)
  }

  pause(): void {
    this.#isFlowing = false
  }

  resume(): void {
    if (this.#isFlowing || this.#hasEnded) return
    this.#isFlowing = true
    setImmediate(() => this.#flow())
  }

  destroy(): void {
    this.onCut()
  }

  resetAndDestroy(): void {
    this.onCut()
  }

  #flow(): void {
    while (this.#isFlowing && this.#at < this.#body.length) {
      const piece = this.#body.subarray(this.#at, this.#at + PIECE_BYTES)
      this.#at += piece.length
      for (const listener of this.#onData) listener(piece)
    }
    if (!this.#isFlowing || this.#hasEnded || this.#at < this.#body.length) return
    this.#hasEnded = true
    for (const listener of this.#onEnd) listener()
  }
}

/** The answer of a try. */
export class BackgroundResponse extends KeptAnswer {
  readonly #done: (answer: CallAnswer) => void
  #headers: string[] = []
  #isDone = false

  /** @param done - Called once, when the answer is whole or was broken off. */
  constructor(req: BackgroundRequest, bytesMax: number, done: (answer: CallAnswer) => void) {
    super(req, bytesMax, 'nothing')
    this.#done = done
    req.onCut = () => this.#finish()
  }

  override end(chunk?: Buffer | string, encoding?: BufferEncoding): void {
    super.end(chunk, encoding)
    this.#finish()
  }

  on(_event: 'close', _listener: () => void): void {
    // Nobody leaves.
  }

  once(_event: 'close' | 'drain', _listener: () => void): void {
    // Everything is taken at once.
  }

  protected onHead(fields: readonly string[]): void {
    this.#headers = keptHeaders(fields)
  }

  #finish(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#done({
      status: this.statusCode,
      headers: this.#headers,
      body: this.keptBody,
      isTooLarge: this.isLonger,
    })
  }
}

export function outcomeOf(answer: CallAnswer, code: ErrorCode | undefined): RunOutcome {
  return { kind: 'answered', answer, code }
}

function rawHeadersOf(fields: string, body: Uint8Array | null): string[] {
  const parts = fields.split('\n')
  const rawHeaders: string[] = []
  for (let i = 1; i < parts.length; i += 2) {
    if (body === null || parts[i] !== 'content-length') rawHeaders.push(parts[i]!, parts[i + 1]!)
  }
  // Also of a body that came in chunks.
  if (body !== null) rawHeaders.push('content-length', String(body.byteLength))
  return rawHeaders
}

function keptHeaders(fields: readonly string[]): string[] {
  const kept: string[] = []
  let chars = 0
  for (const [name, value] of fieldsWithout(NOT_KEPT, fields)) {
    chars += name.length + value.length
    if (chars <= HEADER_CHARS_MAX) kept.push(name, value)
  }
  return kept
}
