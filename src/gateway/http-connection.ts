import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Connections, OpenConnection } from './connections.ts'
import type { GatewayLimits } from './limits.ts'
import { endLingering } from './lingering-end.ts'

/** A socket as Node's HTTP server leaves it: with the response that it is to carry next. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null
  /** Whether Node reads no more because the caller does not take its answers. */
  readonly _paused?: boolean
  [CONNECTION]?: HttpConnection
}

const CONNECTION = Symbol('connection')

/** What the server does with a request that is to be looked at. */
export interface RequestHandler {
  readonly limits: Pick<GatewayLimits, 'requestsPerConnectionMax' | 'streamsPerConnectionMax'>
  handle(req: IncomingMessage, res: ServerResponse): void
}

/** More than one read can bring, 64 KiB of the shortest requests: reading was stopped, and goes on all the same. */
const HELD_MAX = 4096

/**
 * A connection on which HTTP/1 is spoken. Node hands out every request as it comes, also those behind one that
 * is not answered yet; here only so many of these are worked on at a time, and the rest waits.
 */
export class HttpConnection implements OpenConnection {
  readonly #socket: HttpSocket
  readonly #connections: Connections
  readonly #handler: RequestHandler
  readonly #workedAheadMax: number
  #requestsMax: number
  #requests = 0
  /** Those at work whose answer has to wait for the one of another request. */
  #workedAhead = 0
  #held: { req: IncomingMessage; res: ServerResponse }[] = []
  lastUse: number

  constructor(socket: Socket, connections: Connections, handler: RequestHandler) {
    const { requestsPerConnectionMax: requestsMax, streamsPerConnectionMax } = handler.limits
    this.#socket = socket
    this.#handler = handler
    // One at least: the end of a request that is worked on ahead is when another one is taken up.
    this.#workedAheadMax = Math.max(1, streamsPerConnectionMax - 1)
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

  onRequest(req: IncomingMessage, res: ServerResponse): void {
    this.#requests += 1
    this.lastUse = this.#connections.nextUse()
    if (this.#requests > this.#requestsMax) {
      // Sent before the last answer could be read. They stay without an answer, which tells the
      // caller that they were not worked on; no more of them is read.
      this.#socket.pause()
      return
    }
    if (this.#requests === this.#requestsMax) this.#endAfter(res)
    if (this.#socket._httpMessage === res) this.#handler.handle(req, res)
    else if (this.#workedAhead < this.#workedAheadMax) this.#workAhead(req, res)
    else this.#hold(req, res)
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
    this.#held = []
    this.#lingerAtEnd()
  }

  #workAhead(req: IncomingMessage, res: ServerResponse): void {
    this.#workedAhead += 1
    res.once('close', () => {
      this.#workedAhead -= 1
      this.#goOn()
    })
    this.#handler.handle(req, res)
  }

  #hold(req: IncomingMessage, res: ServerResponse): void {
    this.#held.push({ req, res })
    if (this.#held.length > HELD_MAX) this.#socket.destroy()
    else this.#socket.pause()
  }

  /** Takes up what was held, as far as there is room again. */
  #goOn(): void {
    if (this.#socket.destroyed || this.#held.length === 0) return
    while (this.#workedAhead < this.#workedAheadMax) {
      const next = this.#held.shift()
      if (next === undefined) break
      this.#workAhead(next.req, next.res)
    }
    if (this.#held.length === 0 && this.#socket._paused !== true) this.#socket.resume()
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
