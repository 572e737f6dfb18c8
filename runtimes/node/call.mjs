import {
  CANCEL_TIMEOUT,
  DATA_BYTES_MAX,
  FAILURE_BROKEN_OFF,
  FAILURE_INVALID_JSON,
  FAILURE_THREW,
  GRANT_BYTES,
  WINDOW_BYTES,
} from './frames.mjs'
import { Heads } from './heads.mjs'
import { currentCall, logError } from './logs.mjs'

const ANY_BODY = -1

/**
 * One request in this process: its head and body as they come, its response as it goes, the credits
 * of both. It knows nothing of handlers; what has to be made for them is made when they ask.
 */
export class Call extends Heads {
  connection
  id
  /** Nothing more is sent: the response has ended or failed, or the caller has gone. */
  isOver = false
  isCancelled = false
  hasSentHead = false
  /** All of the request's body is here. */
  isBodyComplete = false
  /** Body pieces that nobody has taken yet. @type {Buffer[]} */
  chunks = []
  /** Called when a piece or the end of the body has come. @type {(() => void) | undefined} */
  onBody
  /** Called once when what was written has left and there is credit again. @type {(() => void) | undefined} */
  onDrain
  /** @type {(() => void) | undefined} */
  onCancel
  /** The Express-like response, if the handler has asked for it. */
  response

  #ungranted = 0
  #credit = WINDOW_BYTES
  /** @type {Uint8Array[]} */
  #waiting = []
  #isEnding = false
  #bodyLeft = ANY_BODY
  /** @type {AbortController | undefined} */
  #controller

  constructor(connection, id, head) {
    super(head)
    this.connection = connection
    this.id = id
  }

  /** Aborted when the caller has gone or the time is over. */
  get signal() {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.isCancelled) this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** @param {Buffer} chunk */
  receive(chunk, isLast) {
    if (chunk.length > 0) this.chunks.push(chunk)
    this.isBodyComplete = isLast
    this.onBody?.()
  }

  /** So many bytes of the body were taken; grants the gateway new credit. */
  consumed(bytes) {
    this.#ungranted += bytes
    if (this.#ungranted < GRANT_BYTES || this.isBodyComplete || this.isOver) return
    this.connection.outbox.credit(this.id, this.#ungranted)
    this.#ungranted = 0
  }

  /** The whole body that is here, in one buffer. */
  takeBody() {
    const chunks = this.chunks
    if (chunks.length === 0) return Buffer.alloc(0)
    this.chunks = []
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  }

  /**
   * Answers with the whole body at once: one frame if it is small.
   * @param {string | Uint8Array | undefined} body
   */
  finish(body) {
    if (this.isOver) return
    const bytes =
      body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length
    const sent = this.hasNoBody ? 0 : bytes
    if (sent > DATA_BYTES_MAX) {
      this.setContentLength(bytes)
      this.write(typeof body === 'string' ? Buffer.from(body) : body, true)
      return
    }
    const head = this.responseHead(bytes)
    this.hasSentHead = true
    this.connection.outbox.response(this.id, head, body, sent, true)
    this.#over()
  }

  /** Sends the head alone, with what was set so far. */
  sendHead() {
    if (this.hasSentHead || this.isOver) return
    this.#sendHead(undefined, false)
  }

  /**
   * Sends a piece of the body, after the head if that has not left. False: wait for `onDrain`.
   * @param {Uint8Array} chunk
   */
  write(chunk, isLast) {
    if (this.isOver) return true
    if (this.hasNoBody) {
      this.sendHead()
      if (isLast) this.end()
      return true
    }
    if (this.#bodyLeft === ANY_BODY && !this.hasSentHead) this.#bodyLeft = this.contentLength()
    if (this.#bodyLeft !== ANY_BODY) {
      this.#bodyLeft -= chunk.length
      if (this.#bodyLeft < 0 || (isLast && this.#bodyLeft > 0)) return this.#breakLength()
    }
    if (chunk.length > 0) this.#waiting.push(chunk)
    this.#isEnding = isLast
    this.#sendWaiting()
    if (isLast && !this.isOver && this.#waiting.length === 0) this.#end()
    return this.isOver || (this.#waiting.length === 0 && this.#credit > 0)
  }

  end() {
    if (this.isOver || this.#isEnding) return
    if (!this.hasSentHead && this.contentLength() <= 0) {
      this.finish(undefined)
      return
    }
    if (!this.hasSentHead) this.#bodyLeft = this.hasNoBody ? ANY_BODY : this.contentLength()
    if (this.#bodyLeft > 0) {
      this.#breakLength()
      return
    }
    this.#isEnding = true
    if (this.#waiting.length === 0) this.#end()
  }

  /** Resolves when more can be written, or when nothing can be any more. */
  drained() {
    return new Promise((resolve) => {
      this.onDrain = resolve
    })
  }

  /** The handler has thrown, or its response stream has: the log gets all, the caller nothing of it. */
  fail(error) {
    this.#failure(this.hasSentHead ? FAILURE_BROKEN_OFF : FAILURE_THREW)
    logError(this, error)
  }

  refuseJson() {
    this.#failure(FAILURE_INVALID_JSON)
  }

  grant(bytes) {
    this.#credit += bytes
    this.#sendWaiting()
    if (this.#waiting.length === 0 && this.#credit > 0) this.#drain()
  }

  cancel(reason) {
    if (this.isOver) return
    this.isCancelled = true
    this.#enter(() => {
      this.#controller?.abort(abortReason(reason))
      this.onCancel?.()
    })
    this.#over()
    this.onBody?.()
    this.#enter(() => this.response?.destroy())
  }

  /** Runs code of the function: what it logs or throws is the request's. */
  #enter(run) {
    try {
      currentCall.run(this, run)
    } catch (error) {
      this.fail(error)
    }
  }

  #sendHead(body, isLast) {
    const head = this.responseHead(undefined)
    this.hasSentHead = true
    this.connection.outbox.response(this.id, head, body, body?.length ?? 0, isLast)
  }

  #sendWaiting() {
    while (this.#waiting.length > 0 && this.#credit > 0 && !this.isOver) {
      const chunk = this.#waiting[0]
      const bytes = Math.min(chunk.length, this.#credit, DATA_BYTES_MAX)
      const piece = bytes === chunk.length ? chunk : chunk.subarray(0, bytes)
      if (bytes === chunk.length) this.#waiting.shift()
      else this.#waiting[0] = chunk.subarray(bytes)
      this.#credit -= bytes
      const isLast = this.#isEnding && this.#waiting.length === 0
      if (this.hasSentHead) this.connection.outbox.data(this.id, piece, isLast)
      else this.#sendHead(piece, isLast)
      if (isLast) this.#over()
    }
  }

  #end() {
    if (this.hasSentHead) this.connection.outbox.data(this.id, undefined, true)
    else this.#sendHead(undefined, true)
    this.#over()
  }

  #breakLength() {
    this.fail(new Error('The body is not as long as the content-length that was set.'))
    return true
  }

  #failure(kind) {
    if (this.isOver) return
    this.connection.outbox.failure(this.id, kind)
    this.#over()
  }

  #over() {
    this.isOver = true
    this.#waiting = []
    this.connection.forget(this.id)
    this.#drain()
  }

  #drain() {
    const onDrain = this.onDrain
    if (onDrain === undefined) return
    this.onDrain = undefined
    this.#enter(onDrain)
  }
}

function abortReason(reason) {
  return reason === CANCEL_TIMEOUT
    ? new DOMException('The time limit of the function is over.', 'TimeoutError')
    : new DOMException('The caller has gone.', 'AbortError')
}
