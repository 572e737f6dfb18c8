import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { nextTurn } from '../lib/next-turn.ts'

export interface ServiceOptions {
  /** How many connections may wait to be accepted. */
  readonly backlog: number
  /** No new connection is taken any more. */
  readonly onLeft: () => void
  /** What is still in flight must be refused now. */
  readonly onGraceOver: () => void
  /** The last connection has ended. */
  readonly onEnd: () => void
}

/** How long a caller may take to read why it was refused. */
const REFUSALS_MS = 250
/** How long a request may be on its way, on a connection that was kept for it or that is new. */
const ON_THE_WAY_MS = 100
const SILENCE_MS = 500

/**
 * How a server leaves its callers: in favour of another one on the same socket, which need not hurry, or
 * for good.
 */
export class Service {
  readonly #server: Server
  readonly #options: ServiceOptions
  readonly #sockets = new Set<Socket>()
  #accepted = 0
  #leaving: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(server: Server, options: ServiceOptions) {
    this.#server = server
    this.#options = options
    server.on('connection', (socket: Socket) => {
      this.#accepted += 1
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.once('close', () => {
      clearTimeout(this.#timer)
      options.onEnd()
    })
  }

  /** Whether it is to accept no more. */
  get hasLeft(): boolean {
    return this.#leaving !== undefined
  }

  /**
   * Idle connections stay: closing one could meet the caller's next request on its way. It ends with the
   * answer to that, or when it has been idle for as long as it may at any time.
   */
  drain(limitMs: number, graceMs: number): void {
    if (this.hasLeft) return
    this.#leaving = Promise.resolve()
    this.#leave()
    this.#timer = setTimeout(() => this.stop(graceMs), limitMs)
  }

  /** What is in flight may end within the grace, each connection with its answer. */
  stop(graceMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#options.onGraceOver()
      // The refusals are on their way out; a caller that does not read them is not waited for.
      setTimeout(() => this.#server.closeAllConnections(), REFUSALS_MS).unref()
    }, graceMs)
    this.#leaving ??= this.#takeWaiting().then(() => this.#leave())
    void this.#leaving.then(() => {
      // On a connection that seems idle a request may be on its way.
      setTimeout(() => this.#server.closeIdleConnections(), ON_THE_WAY_MS).unref()
      setTimeout(() => this.#closeSilent(), SILENCE_MS).unref()
    })
  }

  /** To Node, a connection that was opened in advance and never used seems to begin its first request. */
  #closeSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  /** Those in the socket's queue would be reset with it. */
  async #takeWaiting(): Promise<void> {
    const most = this.#accepted + this.#options.backlog
    for (let before = -1; before < this.#accepted && this.#accepted < most; ) {
      before = this.#accepted
      await nextTurn()
      await nextTurn()
    }
  }

  /** As a server for HTTP would close itself, it would close its idle connections too. */
  #leave(): void {
    NetServer.prototype.close.call(this.#server)
    this.#options.onLeft()
  }
}
