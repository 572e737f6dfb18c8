import type { InFlight } from '../lib/in-flight.ts'
import {
  CANCEL_REASONS,
  type CancelReason,
  DATA_BYTES_MAX,
  type FailureKind,
  GRANT_BYTES,
  WINDOW_BYTES,
} from './constants.ts'
import { headOf, type ResponseHeads } from './messages.ts'
import type { Outbox } from './outbox.ts'

/** Where a response goes. After `end`, `onFailure` or `onLost` nothing more is called. */
export interface ResponseSink {
  /** `headers` is flat: name, value, name, value; names in lower case. */
  onHead(status: number, headers: readonly string[], body: Buffer | undefined, end: boolean): void
  /** The chunk may be empty when it is the end. */
  onData(chunk: Buffer, end: boolean): void
  /** Credit has arrived after `write` returned false. */
  onWritable(): void
  onFailure(kind: FailureKind): void
  /** The connection ended before the response did. */
  onLost(): void
}

/** The request's side of an exchange. All of it does nothing once the response has ended. */
export interface RequestStream {
  readonly id: number
  /** False: out of credit; wait for `onWritable`. What goes beyond the credit is kept here meanwhile. */
  write(chunk: Buffer): boolean
  end(): void
  /** No more calls of the sink after it. */
  cancel(reason: CancelReason): void
  /** So many bytes of the response were handed on; grants the instance new credit. */
  consumed(bytes: number): void
}

const NO_BYTES = Buffer.alloc(0)
const NO_BODY = 0
const ANY_BODY = -1

/** One request and its response, between its REQUEST and the end of its response. */
export class Exchange implements RequestStream {
  readonly id: number
  readonly #sink: ResponseSink
  readonly #outbox: Outbox
  readonly #live: InFlight<Exchange>
  readonly #heads: ResponseHeads
  readonly #isHead: boolean
  #sendCredit = WINDOW_BYTES
  #waiting: Buffer[] = []
  #isEnding = false
  #isBlocked = false
  #receiveCredit = WINDOW_BYTES
  #ungranted = 0
  #hasHead = false
  /** Body bytes still to come by the response's own content-length. */
  #bodyLeft = ANY_BODY

  constructor(
    id: number,
    live: InFlight<Exchange>,
    outbox: Outbox,
    sink: ResponseSink,
    heads: ResponseHeads,
    isHead: boolean,
  ) {
    this.id = id
    this.#live = live
    this.#outbox = outbox
    this.#sink = sink
    this.#heads = heads
    this.#isHead = isHead
  }

  start(head: string, body: Buffer | undefined, end: boolean): void {
    const sent = this.#outbox.request(this.id, head, body, end)
    if (body === undefined || sent === 0) return
    this.#sendCredit -= sent
    if (sent === body.length) return
    this.write(body.subarray(sent))
    if (end) this.end()
  }

  write(chunk: Buffer): boolean {
    if (!this.#isLive()) return true
    if (chunk.length > 0) this.#waiting.push(chunk)
    this.#sendWaiting()
    this.#isBlocked = this.#waiting.length > 0 || this.#sendCredit === 0
    return !this.#isBlocked
  }

  end(): void {
    if (this.#isEnding || !this.#isLive()) return
    this.#isEnding = true
    if (this.#waiting.length === 0) this.#outbox.data(this.id, undefined, true)
  }

  cancel(reason: CancelReason): void {
    if (!this.#forget()) return
    this.#outbox.cancel(this.id, CANCEL_REASONS[reason])
  }

  consumed(bytes: number): void {
    if (!this.#isLive()) return
    this.#ungranted += bytes
    if (this.#ungranted < GRANT_BYTES) return
    this.#outbox.credit(this.id, this.#ungranted)
    this.#receiveCredit += this.#ungranted
    this.#ungranted = 0
  }

  /** A RESPONSE came; false when it breaks the protocol. `isShared`: the bytes are valid now only. */
  onResponse(bytes: Buffer, start: number, stop: number, end: boolean, isShared: boolean): boolean {
    const text = headOf(bytes, start, stop)
    const head = text === undefined ? undefined : this.#heads.decode(text)
    if (head === undefined || this.#hasHead) return false
    const bodyStart = start + 4 + text!.length
    const bodyBytes = stop - bodyStart
    if (!this.#take(bodyBytes)) return false
    const hasNoBody = this.#isHead || head.status === 204 || head.status === 304
    this.#bodyLeft = hasNoBody ? NO_BODY : head.contentLength
    if (!this.#fits(bodyBytes, end)) return this.#fail('handler-error')
    this.#hasHead = true
    if (end) this.#forget()
    const body = bodyBytes === 0 ? undefined : bytesFor(bytes, bodyStart, stop, isShared)
    this.#sink.onHead(head.status, head.headers, body, end)
    return true
  }

  /** DATA came; false when it breaks the protocol. */
  onData(bytes: Buffer, start: number, stop: number, end: boolean, isShared: boolean): boolean {
    if (!this.#hasHead || !this.#take(stop - start)) return false
    if (!this.#fits(stop - start, end)) return this.#fail('broken-off')
    if (end) this.#forget()
    else if (stop === start) return true
    this.#sink.onData(stop === start ? NO_BYTES : bytesFor(bytes, start, stop, isShared), end)
    return true
  }

  /** CREDIT came; false when it is more than the window, which could fill this side's memory. */
  onCredit(bytes: number): boolean {
    this.#sendCredit += bytes
    if (this.#sendCredit > WINDOW_BYTES) return false
    this.#sendWaiting()
    if (this.#isBlocked && this.#waiting.length === 0 && this.#sendCredit > 0) {
      this.#isBlocked = false
      if (!this.#isEnding) this.#sink.onWritable()
    }
    return true
  }

  onFailure(kind: FailureKind): void {
    this.#forget()
    this.#sink.onFailure(this.#hasHead ? 'broken-off' : kind)
  }

  /** The connection has ended; it forgets all of its exchanges itself. */
  onLost(): void {
    this.#sink.onLost()
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#sendCredit > 0) {
      const chunk = this.#waiting[0]!
      const bytes = Math.min(chunk.length, this.#sendCredit, DATA_BYTES_MAX)
      this.#sendCredit -= bytes
      if (bytes === chunk.length) this.#waiting.shift()
      else this.#waiting[0] = chunk.subarray(bytes)
      const isLast = this.#isEnding && this.#waiting.length === 0
      this.#outbox.data(this.id, bytes === chunk.length ? chunk : chunk.subarray(0, bytes), isLast)
    }
  }

  #take(bytes: number): boolean {
    this.#receiveCredit -= bytes
    return this.#receiveCredit >= 0
  }

  /** Whether the body keeps to its content-length: HTTP would read a wrong one as another answer. */
  #fits(bytes: number, end: boolean): boolean {
    if (this.#bodyLeft === ANY_BODY) return true
    this.#bodyLeft -= bytes
    return this.#bodyLeft === 0 || (this.#bodyLeft > 0 && !end)
  }

  #fail(kind: FailureKind): boolean {
    this.cancel('caller-gone')
    this.#sink.onFailure(kind)
    return true
  }

  #isLive(): boolean {
    return this.#live.get(this.id) === this
  }

  #forget(): boolean {
    if (!this.#isLive()) return false
    this.#waiting = []
    return this.#live.delete(this.id)
  }
}

function bytesFor(bytes: Buffer, start: number, stop: number, isShared: boolean): Buffer {
  const view = bytes.subarray(start, stop)
  return isShared ? Buffer.from(view) : view
}
