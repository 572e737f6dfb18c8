import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Connections, OpenConnection } from './connections.ts'
import { endLingering } from './lingering-end.ts'

/** A socket as Node's HTTP server leaves it: with the response that it is to carry next. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null
  [CONNECTION]?: HttpConnection
}

const CONNECTION = Symbol('connection')

/** A connection on which HTTP/1 is spoken, and how many requests it has had. */
export class HttpConnection implements OpenConnection {
  readonly #socket: HttpSocket
  readonly #connections: Connections
  #requestsMax: number
  #requests = 0
  lastUse: number

  /** `requestsMax`: 0 for any number. */
  constructor(socket: Socket, connections: Connections, requestsMax: number) {
    this.#socket = socket
    this.#connections = connections
    this.#requestsMax = requestsMax === 0 ? Number.POSITIVE_INFINITY : requestsMax
    this.lastUse = connections.opened()
    this.#socket[CONNECTION] = this
  }

  /** Undefined when the socket was never counted. */
  static of(socket: object): HttpConnection | undefined {
    return (socket as HttpSocket)[CONNECTION]
  }

  get isIdle(): boolean {
    const response = this.#socket._httpMessage
    return response === null || response === undefined
  }

  closeIdle(): void {
    this.#socket.destroy()
  }

  /** Takes note of a request; false when it comes after the last one, and must not be looked at. */
  onRequest(res: ServerResponse): boolean {
    this.#requests += 1
    this.lastUse = this.#connections.nextUse()
    if (this.#requests < this.#requestsMax) return true
    if (this.#requests === this.#requestsMax) {
      this.#endAfter(res)
      return true
    }
    // Sent before the last answer could be read. They stay without an answer, which tells the
    // caller that they were not worked on; no more of them is read.
    this.#socket.pause()
    return false
  }

  /** The next request is the last one. */
  endAfterNext(): void {
    this.#requestsMax = Math.min(this.#requestsMax, this.#requests + 1)
  }

  /**
   * The answer to the last request says that the connection ends. What was sent behind it is not looked at,
   * though the parser finds requests in it: it may be what is left of a request that was refused because
   * nobody can say where it ends.
   */
  takeNoMore(): void {
    this.#requestsMax = Math.min(this.#requestsMax, this.#requests)
    this.#lingerAtEnd()
  }

  #endAfter(res: ServerResponse): void {
    // Makes Node write `connection: close` and end the socket with the answer.
    res.shouldKeepAlive = false
    this.#lingerAtEnd()
  }

  #lingerAtEnd(): void {
    const socket = this.#socket
    socket.destroySoon = () => {
      endLingering(socket)
    }
  }
}
