import { HEADER_BYTES } from './constants.ts'

/**
 * Is given one frame. Its payload is `bytes` from `start` to `end`: valid during the call only when
 * `bytes` is the chunk that was pushed, and the receiver's to keep otherwise. False refuses the
 * frame, and nothing more is decoded.
 */
export type OnFrame = (
  type: number,
  flags: number,
  id: number,
  bytes: Buffer,
  start: number,
  end: number,
) => boolean

export type DecodeOutcome = 'ok' | 'too-long' | 'refused'

/**
 * Cuts a byte stream into frames. A frame that lies whole in one chunk is handed on where it lies;
 * only one that spans chunks is collected, in one buffer of its length, after that was checked.
 *
 *     chunk   [..header|payload|header|payl]   [oad|header|pay]   [load..
 *                 in place            '---- collected --'    '------'
 */
export class FrameDecoder {
  readonly #payloadBytesMax: number
  readonly #onFrame: OnFrame
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  #payload: Buffer | undefined
  #payloadBytes = 0

  constructor(payloadBytesMax: number, onFrame: OnFrame) {
    this.#payloadBytesMax = payloadBytesMax
    this.#onFrame = onFrame
  }

  /** Decodes `chunk` up to `end`. After anything but `ok` the connection is to be dropped. */
  push(chunk: Buffer, end: number = chunk.length): DecodeOutcome {
    let at = 0
    if (this.#headerBytes > 0) {
      at = this.#takeHeader(chunk, 0, end)
      if (this.#headerBytes < HEADER_BYTES) return 'ok'
      const length = this.#header.readUInt32LE(0)
      if (length > this.#payloadBytesMax) return 'too-long'
      at = this.#takePayload(chunk, at, end, length)
      if (this.#payloadBytes < length) return 'ok'
      if (!this.#handOnCollected(length)) return 'refused'
    }
    while (end - at >= HEADER_BYTES) {
      const length = chunk.readUInt32LE(at)
      if (length > this.#payloadBytesMax) return 'too-long'
      const start = at + HEADER_BYTES
      if (end - start < length) {
        this.#takePayload(chunk, this.#takeHeader(chunk, at, end), end, length)
        return 'ok'
      }
      const id = chunk.readUInt32LE(at + 6)
      at = start + length
      if (!this.#onFrame(chunk[start - 6]!, chunk[start - 5]!, id, chunk, start, at)) {
        return 'refused'
      }
    }
    this.#takeHeader(chunk, at, end)
    return 'ok'
  }

  #takeHeader(chunk: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + HEADER_BYTES - this.#headerBytes)
    // Fewer than ten bytes: a loop is cheaper than the call that copies.
    for (let i = at; i < stop; i++) this.#header[this.#headerBytes++] = chunk[i]!
    return stop
  }

  #takePayload(chunk: Buffer, at: number, end: number, length: number): number {
    this.#payload ??= Buffer.allocUnsafe(length)
    const stop = Math.min(end, at + length - this.#payloadBytes)
    chunk.copy(this.#payload, this.#payloadBytes, at, stop)
    this.#payloadBytes += stop - at
    return stop
  }

  #handOnCollected(length: number): boolean {
    const payload = this.#payload!
    this.#payload = undefined
    this.#payloadBytes = 0
    this.#headerBytes = 0
    const header = this.#header
    return this.#onFrame(header[4]!, header[5]!, header.readUInt32LE(6), payload, 0, length)
  }
}
