import { connect, type Socket } from 'node:net'
import { invariant } from '../lib/assert.ts'
import { type Deferred, deferred } from '../lib/deferred.ts'
import { InFlight } from '../lib/in-flight.ts'
import {
  FAILURE_KINDS,
  type FailureKind,
  FLAG_END,
  FRAME_TYPES,
  HEAD_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
  REQUEST_ID_MAX,
} from './constants.ts'
import { FrameDecoder } from './decode.ts'
import { encodeHelloPayload } from './encode.ts'
import { Exchange, type RequestStream, type ResponseSink } from './exchange.ts'
import { ResponseHeads } from './messages.ts'
import { Outbox } from './outbox.ts'

export type { RequestStream, ResponseSink } from './exchange.ts'

/**
 * Shared by all connections of the thread: what is read is decoded at once, and whatever is kept is
 * copied out of it. Node would otherwise allocate 64 KiB for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

const FAILURE_BY_NUMBER: readonly (FailureKind | undefined)[] = Object.entries(
  FAILURE_KINDS,
).reduce<(FailureKind | undefined)[]>((byNumber, [kind, number]) => {
  byNumber[number] = kind as FailureKind
  return byNumber
}, [])

/**
 * The gateway's side of one socket to an instance, with many requests in flight. An instance that
 * breaks the protocol costs only its own connection: it is dropped, and its requests are lost.
 */
export class InstanceConnection {
  readonly #socket: Socket
  readonly #outbox: Outbox
  readonly #heads = new ResponseHeads()
  readonly #decoder: FrameDecoder
  readonly #live = new InFlight<Exchange>()
  readonly #onClose: (reason: string) => void
  #pings: Deferred<void>[] = []
  #lastId: number
  #isClosed = false
  #closeReason = 'the instance closed the connection'

  private constructor(
    socket: Socket,
    threadIndex: number,
    lastId: number,
    onClose: (reason: string) => void,
  ) {
    this.#socket = socket
    this.#lastId = lastId
    this.#onClose = onClose
    this.#outbox = new Outbox(socket)
    this.#decoder = new FrameDecoder(PAYLOAD_BYTES_MAX, this.#onFrame)
    this.#outbox.frame(FRAME_TYPES.HELLO, 0, 0, encodeHelloPayload(threadIndex))
    socket.on('error', (error) => {
      this.#closeReason = error.message
    })
    socket.on('close', () => this.#onSocketClose())
  }

  /**
   * Connects to an instance that is ready. `onClose` is called once, after `onLost` of every request
   * that was in flight, with a sentence for the log. `lastId` is where the ids start to count (tests).
   */
  static open(
    socketPath: string,
    threadIndex: number,
    onClose: (reason: string) => void,
    lastId = 0,
  ): Promise<InstanceConnection> {
    return new Promise((resolve, reject) => {
      let connection: InstanceConnection | undefined
      const socket = connect({
        path: socketPath,
        onread: {
          buffer: readBuffer,
          callback: (bytes) => {
            connection!.#onRead(bytes)
            return true
          },
        },
      })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        connection = new InstanceConnection(socket, threadIndex, lastId, onClose)
        resolve(connection)
      })
    })
  }

  /** `head` is the request head as `encodeHead` makes it; `body` its first bytes, if any are there. */
  request(head: string, body: Buffer | undefined, end: boolean, sink: ResponseSink): RequestStream {
    invariant(head.length <= HEAD_BYTES_MAX, 'the gateway limits request heads')
    const isHead = head.startsWith('HEAD\n')
    const exchange = new Exchange(
      this.#nextId(),
      this.#live,
      this.#outbox,
      sink,
      this.#heads,
      isHead,
    )
    this.#live.set(exchange.id, exchange)
    if (!this.#isClosed) exchange.start(head, body, end)
    // The caller had chosen this connection before it learnt of the close.
    else queueMicrotask(() => this.#live.delete(exchange.id) && exchange.onLost())
    return exchange
  }

  /** Resolves when the instance answers, rejects when the connection closes before. */
  ping(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error(this.#closeReason))
    const pong = deferred<void>()
    this.#pings.push(pong)
    this.#outbox.frame(FRAME_TYPES.PING, 0, 0)
    return pong.promise
  }

  /** Ends the connection at once; requests in flight are lost. */
  close(): void {
    this.#drop('closed by the gateway')
  }

  #nextId(): number {
    do {
      // Id 0 speaks of the connection itself.
      this.#lastId = this.#lastId >= REQUEST_ID_MAX ? 1 : this.#lastId + 1
    } while (this.#live.has(this.#lastId))
    return this.#lastId
  }

  #onRead(bytes: number): void {
    if (this.#isClosed) return
    const outcome = this.#decoder.push(readBuffer, bytes)
    if (outcome !== 'ok') this.#drop(`the instance sent a frame that is ${outcome}`)
  }

  /** False ends the decoding: the frame breaks the protocol, or a sink has closed the connection. */
  readonly #onFrame = (
    type: number,
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean => {
    const exchange = this.#live.get(id)
    const isEnd = (flags & FLAG_END) !== 0
    const isShared = bytes === readBuffer
    switch (type) {
      case FRAME_TYPES.RESPONSE:
        if (exchange !== undefined && !exchange.onResponse(bytes, start, end, isEnd, isShared)) {
          return false
        }
        break
      case FRAME_TYPES.DATA:
        if (exchange !== undefined && !exchange.onData(bytes, start, end, isEnd, isShared)) {
          return false
        }
        break
      case FRAME_TYPES.CREDIT:
        if (end - start !== 4) return false
        if (exchange !== undefined && !exchange.onCredit(bytes.readUInt32LE(start))) return false
        break
      case FRAME_TYPES.FAILURE: {
        const kind = end - start === 1 ? FAILURE_BY_NUMBER[bytes[start]!] : undefined
        if (kind === undefined) return false
        exchange?.onFailure(kind)
        break
      }
      case FRAME_TYPES.PONG:
        this.#pings.shift()?.resolve()
        break
      default:
        return false
    }
    return !this.#isClosed
  }

  #drop(reason: string): void {
    if (this.#isClosed) return
    this.#closeReason = reason
    this.#isClosed = true
    this.#socket.destroy()
  }

  #onSocketClose(): void {
    this.#isClosed = true
    const lost = this.#live.values()
    this.#live.clear()
    for (const exchange of lost) exchange.onLost()
    for (const pong of this.#pings) pong.reject(new Error(this.#closeReason))
    this.#pings = []
    this.#onClose(this.#closeReason)
  }
}
