import { FLAG_END, FRAME_TYPES, HEADER_BYTES, writeFrameHeader } from './frames.mjs'

const SCRATCH_BYTES = 16 * 1024
/** Longer pieces are written from where they lie. */
const COPIED_BYTES_MAX = 4 * 1024

/** The outboxes that hold something. @type {Outbox[]} */
const unflushed = []
let isFlushScheduled = false

/** Writes what all outboxes hold, before something that might never come to its end. */
export function flushAll() {
  if (unflushed.length === 0) return
  for (const outbox of unflushed) outbox.flush()
  unflushed.length = 0
}

function flushAtEndOfTurn() {
  isFlushScheduled = false
  flushAll()
}

/** Gathers frames and writes them to the socket in one call, at the end of the event-loop turn at the latest. */
export class Outbox {
  #socket
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  /** What of the scratch is not yet in `#parts` or written: from `#from` to `#used`. */
  #from = 0
  #used = 0
  /** @type {Buffer[]} */
  #parts = []
  #isListed = false

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket
  }

  /**
   * @param {string | Uint8Array | undefined} body a string is sent as UTF-8
   * @param {number} bodyBytes its length in bytes
   */
  response(id, head, body, bodyBytes, end) {
    const headBytes = head.length
    const isCopied = bodyBytes <= COPIED_BYTES_MAX
    this.#reserve(HEADER_BYTES + 4 + headBytes + (isCopied ? bodyBytes : 0))
    const payloadBytes = 4 + headBytes + bodyBytes
    const flags = end ? FLAG_END : 0
    const scratch = this.#scratch
    const at = writeFrameHeader(scratch, this.#used, payloadBytes, FRAME_TYPES.RESPONSE, flags, id)
    scratch.writeUInt32LE(headBytes, at)
    this.#used = at + 4 + scratch.write(head, at + 4, 'latin1')
    if (bodyBytes > 0) this.#append(body, bodyBytes)
  }

  /** @param {Uint8Array | undefined} chunk */
  data(id, chunk, end) {
    const bytes = chunk === undefined ? 0 : chunk.length
    this.#header(bytes, FRAME_TYPES.DATA, end ? FLAG_END : 0, id)
    if (bytes > 0) this.#append(chunk, bytes)
  }

  credit(id, bytes) {
    this.#header(4, FRAME_TYPES.CREDIT, 0, id)
    this.#reserve(4)
    this.#used = this.#scratch.writeUInt32LE(bytes, this.#used)
  }

  failure(id, kind) {
    this.#header(1, FRAME_TYPES.FAILURE, 0, id)
    this.#reserve(1)
    this.#scratch[this.#used++] = kind
  }

  pong() {
    this.#header(0, FRAME_TYPES.PONG, 0, 0)
  }

  flush() {
    this.#isListed = false
    const socket = this.#socket
    if (!socket.writable) {
      this.#parts = []
      this.#used = this.#from
      return
    }
    if (this.#parts.length > 0) {
      this.#seal()
      socket.cork()
      for (const part of this.#parts) socket.write(part)
      socket.uncork()
      this.#parts = []
    } else if (this.#used > this.#from) {
      socket.write(this.#scratch.subarray(this.#from, this.#used))
    }
    // Nothing left in the socket: the system has copied it all, and the scratch can be used anew.
    if (socket.writableLength === 0) this.#used = 0
    this.#from = this.#used
  }

  #header(payloadBytes, type, flags, id) {
    this.#reserve(HEADER_BYTES)
    this.#used = writeFrameHeader(this.#scratch, this.#used, payloadBytes, type, flags, id)
  }

  #append(body, bytes) {
    if (bytes > COPIED_BYTES_MAX) {
      this.#seal()
      this.#parts.push(typeof body === 'string' ? Buffer.from(body) : body)
      return
    }
    this.#reserve(bytes)
    if (typeof body === 'string') this.#scratch.write(body, this.#used, 'utf8')
    else this.#scratch.set(body, this.#used)
    this.#used += bytes
  }

  #reserve(bytes) {
    if (!this.#isListed) this.#list()
    if (this.#used + bytes <= this.#scratch.length) return
    this.#seal()
    this.#scratch = Buffer.allocUnsafeSlow(Math.max(SCRATCH_BYTES, bytes))
    this.#from = 0
    this.#used = 0
  }

  #list() {
    this.#isListed = true
    unflushed.push(this)
    if (isFlushScheduled) return
    isFlushScheduled = true
    setImmediate(flushAtEndOfTurn)
  }

  #seal() {
    if (this.#used === this.#from) return
    this.#parts.push(this.#scratch.subarray(this.#from, this.#used))
    this.#from = this.#used
  }
}
