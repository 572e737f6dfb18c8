import type { Socket } from 'node:net'
import { DATA_BYTES_MAX, FLAG_END, FRAME_TYPES, HEADER_BYTES } from './constants.ts'
import { writeFrameHeader } from './encode.ts'

const SCRATCH_BYTES = 16 * 1024
/** Longer pieces are written from where they lie. */
const COPIED_BYTES_MAX = 4 * 1024

/**
 * Gathers the frames of one event-loop turn and writes them to the socket at its end, in one call.
 * What waits here is bounded by the credits of the requests that are in flight.
 */
export class Outbox {
  readonly #socket: Socket
  readonly #flush: () => void
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  /** What of the scratch is not yet in `#parts` or written: from `#from` to `#used`. */
  #from = 0
  #used = 0
  #parts: Buffer[] = []
  #scheduled = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.#flush = () => this.flush()
  }

  /** A frame whose payload is at most a few words. */
  frame(type: number, flags: number, id: number, payload?: Uint8Array): void {
    const bytes = payload === undefined ? 0 : payload.length
    this.#writeHeader(bytes, type, flags, id)
    if (payload !== undefined) this.#append(payload as Buffer)
  }

  /** A REQUEST with as much of `body` as one frame should carry; returns how many bytes that was. */
  request(id: number, head: string, body: Buffer | undefined, end: boolean): number {
    const bodyBytes = body === undefined ? 0 : Math.min(body.length, DATA_BYTES_MAX)
    const isWhole = body === undefined || bodyBytes === body.length
    const headBytes = head.length
    this.#reserve(HEADER_BYTES + 4 + headBytes)
    const flags = end && isWhole ? FLAG_END : 0
    const payloadBytes = 4 + headBytes + bodyBytes
    const type = FRAME_TYPES.REQUEST
    const at = writeFrameHeader(this.#scratch, this.#used, payloadBytes, type, flags, id)
    this.#scratch.writeUInt32LE(headBytes, at)
    this.#used = at + 4 + this.#scratch.write(head, at + 4, 'latin1')
    if (bodyBytes > 0) this.#append(isWhole ? body! : body!.subarray(0, bodyBytes))
    return bodyBytes
  }

  data(id: number, chunk: Buffer | undefined, end: boolean): void {
    const bytes = chunk === undefined ? 0 : chunk.length
    this.#writeHeader(bytes, FRAME_TYPES.DATA, end ? FLAG_END : 0, id)
    if (bytes > 0) this.#append(chunk!)
  }

  credit(id: number, bytes: number): void {
    this.#writeHeader(4, FRAME_TYPES.CREDIT, 0, id)
    this.#reserve(4)
    this.#used = this.#scratch.writeUInt32LE(bytes, this.#used)
  }

  cancel(id: number, reason: number): void {
    this.#writeHeader(1, FRAME_TYPES.CANCEL, 0, id)
    this.#reserve(1)
    this.#scratch[this.#used++] = reason
  }

  flush(): void {
    this.#scheduled = false
    const socket = this.#socket
    if (!socket.writable) {
      this.#parts = []
      this.#used = this.#from
      return
    }
    if (this.#parts.length === 0) {
      socket.write(this.#scratch.subarray(this.#from, this.#used))
    } else {
      this.#seal()
      socket.cork()
      for (const part of this.#parts) socket.write(part)
      socket.uncork()
      this.#parts = []
    }
    // Nothing left in the socket: the system has copied it all, and the scratch can be used anew.
    if (socket.writableLength === 0) this.#used = 0
    this.#from = this.#used
  }

  #writeHeader(payloadBytes: number, type: number, flags: number, id: number): void {
    this.#reserve(HEADER_BYTES)
    this.#used = writeFrameHeader(this.#scratch, this.#used, payloadBytes, type, flags, id)
  }

  #append(chunk: Buffer): void {
    if (chunk.length > COPIED_BYTES_MAX) {
      this.#seal()
      this.#parts.push(chunk)
      return
    }
    this.#reserve(chunk.length)
    this.#scratch.set(chunk, this.#used)
    this.#used += chunk.length
  }

  #reserve(bytes: number): void {
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#flush)
    }
    if (this.#used + bytes <= this.#scratch.length) return
    this.#seal()
    this.#scratch = Buffer.allocUnsafeSlow(Math.max(SCRATCH_BYTES, bytes))
    this.#from = 0
    this.#used = 0
  }

  #seal(): void {
    if (this.#used === this.#from) return
    this.#parts.push(this.#scratch.subarray(this.#from, this.#used))
    this.#from = this.#used
  }
}
