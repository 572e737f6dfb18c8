import type { Socket } from 'node:net'
import type { ErrorCode } from '../domain/errors.ts'
import type { CallObserver } from './ended-call.ts'
import { respondToRefusedConnection } from './raw-answers.ts'

/** More of them at a time are closed without a word. */
const REFUSED_MAX = 256
/** How long a refused caller may take to send anything. */
const FIRST_BYTE_MS = 1000

/** Connections that are one too many: each is told so as soon as it asks for anything, and ended. */
export class RefusedConnections {
  readonly #observers: readonly CallObserver[]
  #count = 0

  constructor(observers: readonly CallObserver[]) {
    this.#observers = observers
  }

  refuse(socket: Socket, code: ErrorCode): void {
    socket.on('error', () => {
      // A caller that was refused anyway.
    })
    if (this.#count >= REFUSED_MAX) {
      socket.destroy()
      return
    }
    this.#count += 1
    const timer = setTimeout(() => socket.destroy(), FIRST_BYTE_MS)
    socket.once('close', () => {
      this.#count -= 1
      clearTimeout(timer)
    })
    // Some clients take an answer that comes before they have asked for a fault.
    socket.once('data', () => {
      clearTimeout(timer)
      respondToRefusedConnection(socket, code, this.#observers)
    })
  }
}
