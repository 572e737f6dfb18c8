/** The frame protocol as ../PROTOCOL.md draws it: its numbers, one frame in bytes, bytes into frames. */

export const PROTOCOL_VERSION = 1
export const HEADER_BYTES = 10

export const FRAME_TYPES = {
  HELLO: 1,
  REQUEST: 2,
  RESPONSE: 3,
  DATA: 4,
  CREDIT: 5,
  CANCEL: 6,
  FAILURE: 7,
  PING: 8,
  PONG: 9,
  ASSIGN: 16,
  READY: 17,
  FAILED: 18,
  STOP: 19,
  RETIRE: 20,
}

export const FLAG_END = 1
export const PAYLOAD_BYTES_MAX = 256 * 1024
export const CONTROL_PAYLOAD_BYTES_MAX = 2 * 1024 * 1024
export const HEAD_BYTES_MAX = 128 * 1024
export const DATA_BYTES_MAX = 64 * 1024
export const WINDOW_BYTES = 256 * 1024
export const GRANT_BYTES = WINDOW_BYTES / 2

export const CANCEL_TIMEOUT = 1
export const FAILURE_THREW = 1
export const FAILURE_INVALID_JSON = 2
export const FAILURE_BROKEN_OFF = 3

/**
 * Writes a frame's header at `at` and returns where its payload starts.
 * @param {Buffer} target
 */
export function writeFrameHeader(target, at, payloadBytes, type, flags, id) {
  target.writeUInt32LE(payloadBytes, at)
  target[at + 4] = type
  target[at + 5] = flags
  target.writeUInt32LE(id, at + 6)
  return at + HEADER_BYTES
}

/** One frame in a buffer of its own. */
export function encodeFrame(type, flags, id, payload = Buffer.alloc(0)) {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  frame.set(payload, writeFrameHeader(frame, 0, payload.length, type, flags, id))
  return frame
}

/** The payload of REQUEST and RESPONSE: u32 head length, the head in latin1, the first body bytes. */
export function encodeHeadPayload(head, body = Buffer.alloc(0)) {
  const payload = Buffer.allocUnsafe(4 + head.length + body.length)
  payload.writeUInt32LE(head.length, 0)
  payload.write(head, 4, 'latin1')
  payload.set(body, 4 + head.length)
  return payload
}

/**
 * Cuts a byte stream into frames. A frame that lies whole in one chunk is handed on where it lies;
 * one that spans chunks is collected in one buffer, after its length was checked.
 */
export class FrameDecoder {
  #payloadBytesMax
  #onFrame
  #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  /** @type {Buffer | undefined} */
  #payload
  #payloadBytes = 0

  /**
   * @param {number} payloadBytesMax
   * @param {(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number) => boolean} onFrame
   *   false refuses the frame, and nothing more is decoded
   */
  constructor(payloadBytesMax, onFrame) {
    this.#payloadBytesMax = payloadBytesMax
    this.#onFrame = onFrame
  }

  /**
   * @param {Buffer} chunk
   * @returns {'ok' | 'too-long' | 'refused'} after anything but `ok` the connection is to be dropped
   */
  push(chunk) {
    const end = chunk.length
    let at = 0
    if (this.#headerBytes > 0) {
      at = this.#takeHeader(chunk, 0)
      if (this.#headerBytes < HEADER_BYTES) return 'ok'
      const length = this.#header.readUInt32LE(0)
      if (length > this.#payloadBytesMax) return 'too-long'
      at = this.#takePayload(chunk, at, length)
      if (this.#payloadBytes < length) return 'ok'
      if (!this.#handOnCollected(length)) return 'refused'
    }
    while (end - at >= HEADER_BYTES) {
      const length = chunk.readUInt32LE(at)
      if (length > this.#payloadBytesMax) return 'too-long'
      const start = at + HEADER_BYTES
      if (end - start < length) {
        this.#takePayload(chunk, this.#takeHeader(chunk, at), length)
        return 'ok'
      }
      const id = chunk.readUInt32LE(at + 6)
      at = start + length
      if (!this.#onFrame(chunk[start - 6], chunk[start - 5], id, chunk, start, at)) return 'refused'
    }
    this.#takeHeader(chunk, at)
    return 'ok'
  }

  #takeHeader(chunk, at) {
    const stop = Math.min(chunk.length, at + HEADER_BYTES - this.#headerBytes)
    for (let i = at; i < stop; i++) this.#header[this.#headerBytes++] = chunk[i]
    return stop
  }

  #takePayload(chunk, at, length) {
    this.#payload ??= Buffer.allocUnsafe(length)
    const stop = Math.min(chunk.length, at + length - this.#payloadBytes)
    chunk.copy(this.#payload, this.#payloadBytes, at, stop)
    this.#payloadBytes += stop - at
    return stop
  }

  #handOnCollected(length) {
    const payload = this.#payload
    const header = this.#header
    this.#payload = undefined
    this.#payloadBytes = 0
    this.#headerBytes = 0
    return this.#onFrame(header[4], header[5], header.readUInt32LE(6), payload, 0, length)
  }
}
