import type { Socket } from 'node:net'
import { CONTROL_PAYLOAD_BYTES_MAX, FRAME_TYPES, PROTOCOL_VERSION } from './constants.ts'
import { FrameDecoder } from './decode.ts'
import { encodeFrame } from './encode.ts'
import { type Assignment, decodeJsonObject, encodeJson } from './messages.ts'

export interface ControlEvents {
  /** The instance has loaded the function and listens on the assigned socket. */
  onReady(): void
  /** It cannot serve; a sentence for the function's owner. */
  onFailed(message: string): void
  /** It would begin a handler now: the answer to a PING. */
  onPong(): void
  /** It asks to be replaced, for something in it cannot be ended; a sentence for the function's owner. */
  onRetire(message: string): void
  /** Called once; nothing is called after it. */
  onClose(): void
}

const SENTENCE_CHARS_MAX = 8_000

/** The engine's side of an instance's fd 3: tells it what to become, and hears how that went. */
export class ControlChannel {
  readonly #socket: Socket
  readonly #events: ControlEvents
  readonly #decoder: FrameDecoder

  constructor(socket: Socket, events: ControlEvents) {
    this.#socket = socket
    this.#events = events
    this.#decoder = new FrameDecoder(CONTROL_PAYLOAD_BYTES_MAX, this.#onFrame)
    socket.on('data', (chunk: Buffer) => {
      if (this.#decoder.push(chunk) !== 'ok') socket.destroy()
    })
    socket.on('error', () => {
      // The instance is gone: 'close' follows, and its exit says why.
    })
    socket.on('close', () => events.onClose())
  }

  /** Throws a RangeError when the assignment is longer than a frame may be. */
  assign(assignment: Assignment): void {
    const payload = encodeJson(assignment)
    if (payload.length > CONTROL_PAYLOAD_BYTES_MAX) {
      throw new RangeError('The environment variables are too long for one instance.')
    }
    this.#write(encodeFrame(FRAME_TYPES.ASSIGN, 0, 0, payload))
  }

  /** Asks whether it would begin a handler now. */
  ping(): void {
    this.#write(encodeFrame(FRAME_TYPES.PING, 0, 0))
  }

  /** Asks the instance to finish what it has in flight and to exit. */
  stop(): void {
    this.#write(encodeFrame(FRAME_TYPES.STOP, 0, 0))
  }

  /** Closes fd 3, on which an instance exits at once. */
  close(): void {
    this.#socket.destroy()
  }

  #write(frame: Buffer): void {
    if (this.#socket.writable) this.#socket.write(frame)
  }

  readonly #onFrame = (
    type: number,
    _flags: number,
    _id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean => {
    if (type === FRAME_TYPES.PONG) {
      if (start < end) return false
      this.#events.onPong()
      return true
    }
    const message = decodeJsonObject(bytes.subarray(start, end))
    if (message === undefined) return false
    switch (type) {
      case FRAME_TYPES.READY:
        if (message.protocol === PROTOCOL_VERSION) this.#events.onReady()
        else this.#events.onFailed(`The shim speaks protocol ${message.protocol}.`)
        return true
      case FRAME_TYPES.FAILED:
        if (typeof message.message !== 'string') return false
        this.#events.onFailed(message.message.slice(0, SENTENCE_CHARS_MAX))
        return true
      case FRAME_TYPES.RETIRE:
        if (typeof message.message !== 'string') return false
        this.#events.onRetire(message.message.slice(0, SENTENCE_CHARS_MAX))
        return true
      default:
        return false
    }
  }
}
