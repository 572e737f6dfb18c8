import { TEST_ANSWER_BYTES_MAX, type TestAnswer, type TestCall } from '../domain/test-call.ts'
import { type Background, BackgroundRequest } from './background.ts'
import type { CallerResponse } from './caller.ts'
import type { EndedCall } from './ended-call.ts'
import { callerAt } from './forwarded.ts'

/** Of this hop: no caller's client shows them. */
const NOT_SHOWN = /^(?:connection|keep-alive|transfer-encoding)$/

/** The request and the answer of a call that an operator makes to try a function. */
export class TestExchange implements CallerResponse {
  readonly req: BackgroundRequest
  readonly background: Background
  statusCode = 0
  headersSent = false
  writableEnded = false
  readonly #onClose: (() => void)[] = []
  #firstByteAtMs: number | undefined
  #headers: string[] = []
  #pieces: Buffer[] = []
  #bytes = 0

  /** @param done - Called once, when the call has come to its end. */
  constructor(call: TestCall, done: (answer: TestAnswer) => void) {
    const { method, url, fields, body, functionId, keyId, keyDigest, address, proto, host } = call
    this.req = new BackgroundRequest({ request: { method, url, fields }, body })
    this.background = {
      id: undefined,
      functionId,
      keyId,
      keyDigest,
      isTrusted: false,
      isTest: true,
      caller: callerAt(address ?? undefined, proto, host),
      onEnded: (ended) => done(this.#answerOf(ended)),
    }
  }

  /** Who waited for it has left. */
  leave(): void {
    for (const listener of this.#onClose.splice(0)) listener()
  }

  get writableFinished(): boolean {
    return this.writableEnded
  }

  writeContinue(): void {
    // Its body is here.
  }

  writeHead(status: number, fields: string[]): void {
    this.statusCode = status
    this.headersSent = true
    this.#firstByteAtMs = performance.now()
    this.#headers = shownHeaders(fields)
  }

  flushHeaders(): void {
    // They are shown with the rest.
  }

  write(chunk: Buffer | string): boolean {
    this.#keep(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    return true
  }

  end(chunk?: Buffer | string, encoding?: BufferEncoding): void {
    if (chunk !== undefined) {
      this.#keep(typeof chunk === 'string' ? Buffer.from(chunk, encoding ?? 'utf8') : chunk)
    }
    this.writableEnded = true
  }

  on(_event: 'close', listener: () => void): void {
    this.#onClose.push(listener)
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    // Everything is taken at once, so nothing has to drain.
    if (event === 'close') this.#onClose.push(listener)
  }

  #keep(chunk: Buffer): void {
    const room = TEST_ANSWER_BYTES_MAX - this.#bytes
    this.#bytes += chunk.length
    // A copy: the rest of the memory that it lies in belongs to others.
    if (room > 0) this.#pieces.push(Buffer.from(chunk.subarray(0, room)))
  }

  #answerOf(ended: EndedCall): TestAnswer {
    return {
      status: ended.status,
      headers: this.#headers,
      body: Buffer.concat(this.#pieces),
      bodyBytes: this.#bytes,
      isWhole: ended.isWhole,
      requestId: ended.requestId,
      code: ended.code,
      verdict: ended.verdict,
      isCold: ended.isCold,
      durationMs: ended.durationMs,
      queuedMs: ended.queuedMs,
      firstByteMs: this.#firstByteAtMs && this.#firstByteAtMs - ended.startedAtMs,
      instanceId: ended.instanceId,
      versionId: ended.instanceId && ended.route?.version?.id,
    }
  }
}

function shownHeaders(fields: readonly string[]): string[] {
  const shown: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase()
    if (!NOT_SHOWN.test(name)) shown.push(name, fields[i + 1]!)
  }
  return shown
}
