import { Call } from './call.mjs'
import { FLAG_END, FRAME_TYPES, FrameDecoder, PAYLOAD_BYTES_MAX } from './frames.mjs'
import { InFlight } from './in-flight.mjs'
import { giveUp } from './logs.mjs'
import { Outbox } from './outbox.mjs'

const CALLER_GONE = 2
const NO_BYTES = Buffer.alloc(0)

const LEAST_PAYLOAD_BYTES = {
  [FRAME_TYPES.HELLO]: 8,
  [FRAME_TYPES.REQUEST]: 4,
  [FRAME_TYPES.CREDIT]: 4,
  [FRAME_TYPES.CANCEL]: 1,
}

/** One gateway thread's socket: its frames become calls, given to `onCall` in the order they came. */
export class GatewayConnection {
  outbox
  threadIndex = 0
  /** The newest call of this connection whose handler was begun. */
  begunId = 0
  #socket
  #onCall
  #onHello
  #onIdle
  /** @type {InFlight<Call>} */
  #live = new InFlight()

  /**
   * @param {import('node:net').Socket} socket
   * @param {{onCall(call: Call): void, onHello(connection: GatewayConnection): void, onIdle(): void, onClose(): void}} events
   */
  constructor(socket, events) {
    this.#socket = socket
    this.#onCall = events.onCall
    this.#onIdle = events.onIdle
    this.#onHello = events.onHello
    this.outbox = new Outbox(socket)
    const decoder = new FrameDecoder(PAYLOAD_BYTES_MAX, this.#onFrame)
    socket.on('data', (chunk) => {
      try {
        if (decoder.push(chunk) !== 'ok') socket.destroy()
      } catch (error) {
        // Frames behind the one that failed are lost, and who sent them waits.
        giveUp(error)
      }
    })
    socket.on('error', () => {
      // The gateway is gone: 'close' follows, and the gateway's own log has the reason.
    })
    socket.on('close', () => {
      for (const call of this.#live.values()) call.cancel(CALLER_GONE)
      events.onClose()
    })
  }

  get inFlight() {
    return this.#live.size
  }

  forget(id) {
    if (this.#live.delete(id) && this.#live.size === 0) this.#onIdle()
  }

  /** Ends the socket once all that waits has left. */
  end() {
    this.outbox.flush()
    this.#socket.end()
  }

  #onFrame = (type, flags, id, bytes, start, end) => {
    const isLast = (flags & FLAG_END) !== 0
    if (end - start < LEAST_PAYLOAD_BYTES[type]) return false
    switch (type) {
      case FRAME_TYPES.REQUEST: {
        const bodyStart = start + 4 + bytes.readUInt32LE(start)
        if (bodyStart > end) return false
        const call = new Call(this, id, bytes.latin1Slice(start + 4, bodyStart))
        this.#live.set(id, call)
        call.receive(bodyStart === end ? NO_BYTES : bytes.subarray(bodyStart, end), isLast)
        this.#onCall(call)
        return true
      }
      case FRAME_TYPES.DATA:
        this.#live.get(id)?.receive(bytes.subarray(start, end), isLast)
        return true
      case FRAME_TYPES.CREDIT:
        this.#live.get(id)?.grant(bytes.readUInt32LE(start))
        return true
      case FRAME_TYPES.CANCEL:
        this.#live.get(id)?.cancel(bytes[start])
        return true
      case FRAME_TYPES.PING:
        this.outbox.pong()
        return true
      case FRAME_TYPES.HELLO:
        this.threadIndex = bytes.readUInt32LE(start)
        this.#onHello(this)
        return true
      default:
        return false
    }
  }
}
