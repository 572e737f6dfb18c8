import type { ErrorCode } from '../domain/errors.ts'
import type { RequestStream } from '../wire/connection.ts'
import type { CallerRequest, CallerResponse } from './caller.ts'
import { HttpConnection } from './http-connection.ts'
import { type ProblemOptions, respondProblem } from './respond.ts'
import { type AnsweredRequest, responseHead } from './response-head.ts'

const JOINED_BYTES_MAX = 16 * 1024

/** What the caller of one request gets: the function's answer as it comes, or a word of the gateway's own. */
export class Answer {
  readonly #req: CallerRequest
  readonly #res: CallerResponse
  #bodyAllowed = true
  #bodyBytes = 0
  /** Bytes that the caller's socket has not taken yet. */
  #heldBytes = 0

  constructor(req: CallerRequest, res: CallerResponse) {
    this.#req = req
    this.#res = res
  }

  get hasBegun(): boolean {
    return this.#res.headersSent
  }

  /** 0 while nothing has been said. */
  get status(): number {
    return this.#res.headersSent ? this.#res.statusCode : 0
  }

  /** Bytes of the body that were given to the caller's connection. */
  get bodyBytes(): number {
    return this.#bodyBytes
  }

  get isFlushed(): boolean {
    return this.#res.writableFinished
  }

  continue(): void {
    this.#res.writeContinue()
  }

  problem(code: ErrorCode, options: ProblemOptions, isSending: boolean): void {
    this.#bodyBytes = respondProblem(this.#res, code, options, isSending)
  }

  empty(status: number, fields: string[]): void {
    this.#res.writeHead(status, fields)
    this.#res.end()
  }

  /** A word of the gateway's own that is no problem. */
  own(status: number, fields: string[], body: Uint8Array): void {
    this.#res.writeHead(status, fields)
    if (this.#req.method === 'HEAD') {
      this.#res.end()
      return
    }
    this.#bodyBytes = body.byteLength
    this.#res.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  }

  /** The function's head, with the whole of the body when it is the `end`. */
  head(
    answer: { status: number; headers: readonly string[]; body: Buffer | undefined; end: boolean },
    request: Omit<AnsweredRequest, 'method'> & { readonly close: boolean },
    stream: RequestStream,
  ): void {
    const { status, headers, body, end } = answer
    const res = this.#res
    const { fields, bodyAllowed } = responseHead(
      { status, headers, knownLength: end ? (body?.length ?? 0) : undefined },
      { ...request, method: this.#req.method! },
    )
    if (request.close) fields.push('connection', 'close')
    this.#bodyAllowed = bodyAllowed
    res.writeHead(status, fields)
    if (!bodyAllowed) {
      // The function may go on writing a body that nobody gets; the answer is complete now.
      res.end()
      if (!end && body !== undefined) stream.consumed(body.length)
    } else if (end) {
      this.#bodyBytes = body?.length ?? 0
      endWith(res, body)
    } else if (body !== undefined) this.#write(body, stream)
    else res.flushHeaders()
  }

  data(chunk: Buffer, end: boolean, stream: RequestStream): void {
    if (!this.#bodyAllowed) {
      stream.consumed(chunk.length)
      return
    }
    if (!end) {
      this.#write(chunk, stream)
      return
    }
    this.#bodyBytes += chunk.length
    if (chunk.length > 0) this.#res.end(chunk)
    else this.#res.end()
  }

  /** Nothing more can be said on this connection: its end is what tells the caller. */
  cutOff(): void {
    // The answer to a HEAD is complete long before the function is.
    if (this.#res.writableEnded) return
    this.#disconnect()
  }

  /** All is said, and the caller goes on sending what nobody wants. */
  endConnection(): void {
    const { socket } = this.#req
    const connection = HttpConnection.of(socket)
    if (connection !== undefined) connection.endNow()
    else socket.destroy()
  }

  #disconnect(): void {
    const { socket } = this.#req
    // Without chunks or a length, an orderly end would look like the end of the answer.
    if (this.#req.httpVersionMinor === 0) socket.resetAndDestroy()
    else socket.destroy()
  }

  /** New credit for the function only when the caller's socket has taken what there was. */
  #write(chunk: Buffer, stream: RequestStream): void {
    this.#bodyBytes += chunk.length
    if (this.#res.write(chunk) && this.#heldBytes === 0) {
      stream.consumed(chunk.length)
      return
    }
    if (this.#heldBytes === 0) {
      this.#res.once('drain', () => {
        const bytes = this.#heldBytes
        this.#heldBytes = 0
        stream.consumed(bytes)
      })
    }
    this.#heldBytes += chunk.length
  }
}

function endWith(res: CallerResponse, body: Buffer | undefined): void {
  if (body === undefined) res.end()
  // As text of one byte a character it joins the head in one write; a buffer would be a second.
  else if (body.length <= JOINED_BYTES_MAX) res.end(body.toString('latin1'), 'latin1')
  else res.end(body)
}
