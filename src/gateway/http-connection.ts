import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Connections, OpenConnection } from './connections.ts'
import type { GatewayLimits } from './limits.ts'
import { endLingering } from './lingering-end.ts'

/** A socket as Node's HTTP server leaves it: with the response that it is to carry next. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null
  /** While true Node does not read on by itself, which it does behind each message otherwise. */
  _paused?: boolean
  readonly parser?: { resume(): void } | null
  [CONNECTION]?: HttpConnection
}

const CONNECTION = Symbol('connection')

/** What the server does with a request that is to be looked at. */
export interface RequestHandler {
  readonly limits: Pick<GatewayLimits, 'requestsPerConnectionMax' | 'streamsPerConnectionMax'>
  handle(req: IncomingMessage, res: ServerResponse): void
}

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
  /** Those that came after the last one. */
  #left = 0
  #isHoldingBack = false
  #isWatched = false
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
      this.#stopReading()
      if (this.#mayKeep()) this.#left += 1
      return
    }
    if (this.#requests === this.#requestsMax) this.#endAfter(res)
    if (this.#socket._httpMessage === res) this.#handler.handle(req, res)
    else if (this.#mayKeep()) this.#onSentAhead(req, res)
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
    this.#connections.forgetAhead(this.#held.length)
    this.#held = []
    this.#lingerAtEnd()
  }

  /** In the middle of a request, behind the last word. */
  endNow(): void {
    this.takeNoMore()
    endLingering(this.#socket)
  }

  /** Whether there is room for one more request that was sent ahead. */
  #mayKeep(): boolean {
    if (this.#socket.destroyed) return false
    if (this.#connections.sentAhead()) {
      if (!this.#isWatched) this.#socket.once('close', () => this.#forgetAhead())
      this.#isWatched = true
      return true
    }
    // This caller is one of those who have taken all of it.
    this.#socket.destroy()
    return false
  }

  #onSentAhead(req: IncomingMessage, res: ServerResponse): void {
    if (this.#held.length === 0 && this.#workedAhead < this.#workedAheadMax) {
      this.#workAhead(req, res)
      return
    }
    this.#held.push({ req, res })
    this.#isHoldingBack = true
    this.#stopReading()
  }

  #workAhead(req: IncomingMessage, res: ServerResponse): void {
    this.#workedAhead += 1
    res.once('close', () => {
      if (this.#socket.destroyed) return
      this.#workedAhead -= 1
      this.#connections.forgetAhead(1)
      this.#goOn()
    })
    this.#handler.handle(req, res)
  }

  /** With the connection goes all that was sent ahead on it. */
  #forgetAhead(): void {
    this.#connections.forgetAhead(this.#workedAhead + this.#held.length + this.#left)
    this.#workedAhead = 0
    this.#left = 0
    this.#held = []
  }

  /** Takes up what was held, as far as there is room again. */
  #goOn(): void {
    if (!this.#isHoldingBack) return
    while (this.#workedAhead < this.#workedAheadMax) {
      const next = this.#held.shift()
      if (next === undefined) break
      this.#workAhead(next.req, next.res)
    }
    if (this.#held.length === 0) this.#readOn()
  }

  #stopReading(): void {
    this.#socket._paused = true
    this.#socket.pause()
  }

  #readOn(): void {
    this.#isHoldingBack = false
    const socket = this.#socket
    // With answers that the caller has yet to take, Node reads on itself when they are gone.
    if (socket.writableNeedDrain) return
    socket._paused = false
    socket.parser?.resume()
    socket.resume()
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
