import type { ErrorCode } from '../domain/errors.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { GatewayLimits } from './limits.ts'

/** One connection of a caller, whatever protocol is spoken on it. */
export interface OpenConnection {
  /** Whether no request is being worked on. One whose head is still arriving does not count. */
  readonly isIdle: boolean
  /** Grows with every request: `Connections.opened` until the first one, then `Connections.nextUse`. */
  readonly lastUse: number
  /** Ends it at once, to make room for another one. */
  closeIdle(): void
}

export interface ConnectionsOptions {
  readonly limits: Pick<GatewayLimits, 'connectionsMax' | 'connectionsPerAddressMax'>
  readonly counts: ConnectionCounts
  /** Whether many callers come from this address, so that it is not counted. */
  readonly isTrustedProxy?: (address: string) => boolean
}

/** A connection's place among the others, as long as it is open. */
export interface ConnectionPlace {
  readonly connection: OpenConnection
  /** Undefined for an address that is not counted. */
  readonly counter: number | undefined
  /** Where it stands in the list; -1 when it has left. */
  position: number
}

export type Admittance =
  | { readonly kind: 'admitted'; readonly place: ConnectionPlace }
  | { readonly kind: 'refused'; readonly code: ErrorCode }

/** Above every use that can be counted. */
const UNUSED = 2 ** 52
/**
 * Requests of HTTP/1 that wait for the answer to another one of their connection, in one thread. Each takes some
 * kilobytes, and one read can bring a thousand of them.
 */
const SENT_AHEAD_MAX = 16_384
/** How many are looked at for one that can make room: a bound on what a refused connection costs. */
const LOOKED_AT_MAX = 256

/** The open connections of one thread, and whether there may be one more. */
export class Connections {
  /** How often since the thread began. */
  admitted = 0
  refused = 0
  readonly #options: ConnectionsOptions
  readonly #places: ConnectionPlace[] = []
  #uses = 0
  #ahead = 0
  /** Where the last look for an idle one has ended. */
  #hand = 0

  constructor(options: ConnectionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#places.length
  }

  /**
   * For `OpenConnection.lastUse` of one that has not been used: greater than that of those opened before, and
   * below that of all that were ever used, so that a flood of new connections takes no place from those.
   */
  opened(): number {
    return this.nextUse() - UNUSED
  }

  /** The same of one that is being used: greater than any before. */
  nextUse(): number {
    this.#uses += 1
    return this.#uses
  }

  /** One more request is there whose turn has not come; false, and it is not counted, when there are too many. */
  sentAhead(): boolean {
    if (this.#ahead >= SENT_AHEAD_MAX) return false
    this.#ahead += 1
    return true
  }

  forgetAhead(count: number): void {
    this.#ahead -= count
  }

  /** `address` as the socket gives it. What was admitted must `leave`. */
  admit(connection: OpenConnection, address: string): Admittance {
    const { counts, limits, isTrustedProxy } = this.#options
    const max = limits.connectionsPerAddressMax
    const isCounted = max > 0 && isTrustedProxy?.(address) !== true
    const counter = isCounted ? counts.counterOf(address) : undefined
    if (counter !== undefined && !counts.openFrom(counter, max)) return this.#refuse(TOO_MANY)
    if (!counts.open(limits.connectionsMax) && !this.#openByMakingRoom()) {
      if (counter !== undefined) counts.closeFrom(counter)
      return this.#refuse(FULL)
    }
    this.admitted += 1
    const place = { connection, counter, position: this.#places.length }
    this.#places.push(place)
    return { kind: 'admitted', place }
  }

  /** May be called more than once. */
  leave(place: ConnectionPlace): void {
    const { position, counter } = place
    if (position < 0) return
    const last = this.#places.pop()!
    if (last !== place) {
      last.position = position
      this.#places[position] = last
    }
    place.position = -1
    this.#options.counts.close()
    if (counter !== undefined) this.#options.counts.closeFrom(counter)
  }

  #refuse(refusal: Admittance): Admittance {
    this.refused += 1
    return refusal
  }

  #openByMakingRoom(): boolean {
    const idle = this.#longestIdle()
    if (idle === undefined) return false
    this.leave(idle)
    idle.connection.closeIdle()
    return this.#options.counts.open(this.#options.limits.connectionsMax)
  }

  /** Of as many as may be looked at, beginning behind those of the last time. */
  #longestIdle(): ConnectionPlace | undefined {
    const places = this.#places
    let found: ConnectionPlace | undefined
    for (let looked = Math.min(places.length, LOOKED_AT_MAX); looked > 0; looked--) {
      this.#hand = (this.#hand + 1) % places.length
      const place = places[this.#hand]!
      if (!place.connection.isIdle) continue
      if (found === undefined || place.connection.lastUse < found.connection.lastUse) found = place
    }
    return found
  }
}

const TOO_MANY: Admittance = { kind: 'refused', code: 'too_many_connections' }
const FULL: Admittance = { kind: 'refused', code: 'connections_full' }
