import type { ServerHttp2Stream } from 'node:http2'
import type { CallerRequest, CallerResponse, CallerSocket } from './caller.ts'
import type { TranslatedHead } from './http2-head.ts'

/** RFC 9113, 7. */
const NO_ERROR = 0
/** An answer without any content, which then has no length either; HTTP/1.1 lets functions do otherwise. */
const RESET_CONTENT = 205

/** RFC 9113, 8.2.2: headers that speak of a connection have no place in HTTP/2. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'],
])

/** A stream's request as a `Call` reads it. */
export class Http2Request implements CallerRequest, CallerSocket {
  readonly method: string
  readonly url: string
  readonly httpVersion = '2.0'
  readonly httpVersionMajor = 1
  readonly httpVersionMinor = 1
  readonly rawHeaders: string[]
  /** Nothing that is left of it stands in the way of another stream. */
  readonly complete = true
  readonly encrypted = true
  readonly remoteAddress: string | undefined
  readonly #stream: ServerHttp2Stream
  #isAnswered = false

  constructor(stream: ServerHttp2Stream, head: TranslatedHead, remoteAddress: string | undefined) {
    this.#stream = stream
    this.method = head.method
    this.url = head.target ?? ''
    this.rawHeaders = head.rawHeaders
    this.remoteAddress = remoteAddress
  }

  /** One request has the stream alone. */
  get socket(): CallerSocket {
    return this
  }

  on(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    const stream = this.#stream
    if (event === 'data') stream.on('data', listener)
    // A stream that the caller has reset without an error ends as if its body were whole.
    else stream.on('end', () => !stream.aborted && (listener as () => void)())
  }

  once(event: 'end', listener: () => void): void {
    this.#stream.once(event, listener)
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  destroy(): void {
    // Behind a whole answer only the rest of the request is left, and the stream ends when the answer has gone.
    if (this.#isAnswered) this.#stream.pause()
    else cutOff(this.#stream)
  }

  /** The answer is whole, though it may still be on its way. */
  answered(): void {
    this.#isAnswered = true
  }

  resetAndDestroy(): void {
    this.destroy()
  }
}

/** A stream's answer as a `Call` writes it. */
export class Http2Response implements CallerResponse {
  readonly req: Http2Request
  statusCode = 0
  headersSent = false
  readonly #stream: ServerHttp2Stream
  #isEnded = false
  /** Somebody else has answered. */
  #isTaken = false

  constructor(stream: ServerHttp2Stream, req: Http2Request) {
    this.#stream = stream
    this.req = req
    if (!stream.endAfterHeaders) stream.once('finish', () => endRest(stream))
  }

  // The stream's own word for both is no good: Node ends it itself for a HEAD, and when it is reset.
  get writableEnded(): boolean {
    return this.#isEnded
  }

  get writableFinished(): boolean {
    return this.#isEnded && this.#stream.writableFinished
  }

  writeContinue(): void {
    if (!this.#isOver()) this.#stream.additionalHeaders({ ':status': 100 })
  }

  writeHead(status: number, fields: string[]): void {
    if (this.#isTaken) return
    this.statusCode = status
    this.headersSent = true
    if (!this.#isOver()) this.#stream.respond(headersOf(status, fields))
  }

  flushHeaders(): void {
    // They have gone with `writeHead`.
  }

  write(chunk: Buffer | string): boolean {
    if (this.#isTaken || !this.#stream.writable) return false
    return this.#stream.write(chunk)
  }

  end(chunk?: Buffer | string, encoding?: BufferEncoding): void {
    this.#isEnded = true
    this.req.answered()
    if (this.#isTaken || !this.#stream.writable) return
    if (chunk === undefined) this.#stream.end()
    else this.#stream.end(chunk, encoding ?? 'utf8')
  }

  on(event: 'close', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.once(event, listener)
  }

  /**
   * Answers in place of the call, whose request cannot be had whole; or ends the stream, when the call has
   * begun to answer. The call sees a caller that has gone.
   */
  takeOver(answer: { readonly status: number; readonly fields: string[]; readonly body: string }) {
    if (this.headersSent || this.#isOver()) {
      cutOff(this.#stream)
      return
    }
    this.#isTaken = true
    this.#stream.respond(headersOf(answer.status, answer.fields))
    if (this.#stream.writable) this.#stream.end(answer.body)
  }

  #isOver(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }
}

function headersOf(status: number, fields: readonly string[]): string[] {
  const headers = [':status', String(status)]
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    if (OF_THE_CONNECTION.has(name)) continue
    if (name === 'content-length' && status === RESET_CONTENT) continue
    headers.push(name, fields[i + 1]!)
  }
  return headers
}

/** Resets the stream. `close` would end the answer first, and a part of it would look like the whole. */
export function cutOff(stream: ServerHttp2Stream): void {
  if (!stream.destroyed) stream.destroy(new Error('the stream is cut off'))
}

/** RFC 9113, 8.1: the answer is whole, and what is left of the request is not wanted. */
function endRest(stream: ServerHttp2Stream): void {
  setImmediate(() => {
    if (!stream.closed && !stream.readableEnded) stream.close(NO_ERROR)
  })
}
