import type { ToGateway } from '../engine/messages.ts'
import type { SlotTable } from '../engine/slots.ts'
import { InFlight } from '../lib/in-flight.ts'
import { InstanceConnection, type RequestStream, type ResponseSink } from '../wire/connection.ts'
import { isNewerId, readBegunId } from './begun-marker.ts'

export type InstanceUp = Extract<ToGateway, { type: 'instance-up' }>

export interface InstanceOptions {
  readonly threadIndex: number
  readonly slots: SlotTable
  readonly pongTimeoutMs: number
  /** A slot is free that was not before. */
  readonly onFree: () => void
  /** It does not answer, or left its connection, and should be ended. */
  readonly onHung: (reason: string) => void
  /** It is gone and all its calls are settled. */
  readonly onGone: () => void
}

/** A call as the instance that it runs on knows it. */
export interface RunningCall extends ResponseSink {
  /** The id of its request on the instance's connection; 0 while it has none. */
  readonly streamId: number
  /** Whether its limit is over and it still waits behind a handler that hangs. */
  readonly isOverdue: boolean
  /** Its limit is over, and the instance lives. */
  expire(): void
  /** The instance is dead; whether its handler had been given the call. */
  onFate(begun: boolean): void
  refuse(code: 'shutting_down'): void
}

/** How long the last bytes of a dead instance may take from its socket to this thread. */
const LAST_BYTES_MS = 1000
/** How long the engine may take to tell that an instance which left its connection is dead. */
const DOWN_MESSAGE_MS = 2000

/** One instance as one gateway thread sees it: its connection, and the calls that run on it. */
export class Instance {
  readonly id: string
  readonly #up: InstanceUp
  readonly #options: InstanceOptions
  readonly #calls = new InFlight<RunningCall>()
  #connection: InstanceConnection | undefined
  #isSuspect = false
  #isDraining = false
  #isDisconnected = false
  #isGone = false
  /** Known once the instance is dead. */
  #begunId: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(up: InstanceUp, options: InstanceOptions) {
    this.id = up.instanceId
    this.#up = up
    this.#options = options
  }

  async connect(): Promise<void> {
    try {
      const { threadIndex } = this.#options
      const onClose = (reason: string) => this.#onDisconnected(reason)
      this.#connection = await InstanceConnection.open(this.#up.socketPath, threadIndex, onClose)
    } catch (error) {
      this.#onDisconnected((error as Error).message)
      return
    }
    if (this.#begunId !== undefined) this.#connection.close()
    else this.#options.onFree()
  }

  get accepts(): boolean {
    return (
      this.#connection !== undefined &&
      !this.#isSuspect &&
      !this.#isDraining &&
      !this.#isDisconnected &&
      this.#begunId === undefined
    )
  }

  get inFlight(): number {
    return this.#options.slots.inFlight(this.#up.slot)
  }

  /** Takes a slot, shared with the other threads. */
  claim(): boolean {
    return this.#options.slots.claim(this.#up.slot, this.#up.slotLimit)
  }

  unclaim(): void {
    this.#options.slots.release(this.#up.slot)
  }

  /** The call holds a slot from `claim` and gives it back with `release`. */
  request(call: RunningCall, head: string, body: Buffer | undefined, end: boolean): RequestStream {
    const stream = this.#connection!.request(head, body, end, call)
    this.#calls.set(stream.id, call)
    return stream
  }

  release(call: RunningCall): void {
    if (!this.#calls.delete(call.streamId)) return
    this.unclaim()
    this.#options.onFree()
  }

  hasBegun(streamId: number): boolean {
    const { begunPath } = this.#up
    if (begunPath === undefined) return true
    const begunId = readBegunId(begunPath, this.#options.threadIndex)
    // Without the file nobody can tell, and who waits has waited as long as it may.
    return begunId === undefined || !isNewerId(streamId, begunId)
  }

  /** Asks whether its event loop still turns; until it answers it is given nothing new. */
  probe(): void {
    if (this.#isSuspect || this.#isDisconnected) return
    this.#isSuspect = true
    let isLate = false
    const timer = setTimeout(() => {
      // A pong that is already in the socket is read first: perhaps it was this thread that was slow.
      setImmediate(() => {
        isLate = true
        if (this.#isSuspect && !this.#isDisconnected) this.#options.onHung('it answered no ping')
      })
    }, this.#options.pongTimeoutMs)
    this.#connection!.ping().then(
      () => {
        clearTimeout(timer)
        // It has been reported, and is about to be ended.
        if (!isLate) this.#onPong()
      },
      // The connection has closed, which is dealt with where that is reported.
      () => clearTimeout(timer),
    )
  }

  drain(): void {
    this.#isDraining = true
  }

  /** It is dead. What it had sent before is still read, then its calls are settled. */
  down(begunId: number): void {
    this.#begunId = begunId
    clearTimeout(this.#timer)
    if (this.#isDisconnected) this.#settle(begunId)
    else this.#timer = setTimeout(() => this.#connection?.close(), LAST_BYTES_MS)
  }

  /** Ends the connection and refuses what runs on it. */
  shutDown(): void {
    for (const call of this.#calls.values()) call.refuse('shutting_down')
    this.#isGone = true
    clearTimeout(this.#timer)
    this.#connection?.close()
  }

  #onPong(): void {
    this.#isSuspect = false
    for (const call of this.#calls.values()) if (call.isOverdue) call.expire()
    this.#options.onFree()
  }

  #onDisconnected(reason: string): void {
    this.#isDisconnected = true
    clearTimeout(this.#timer)
    if (this.#isGone) return
    if (this.#begunId !== undefined) {
      this.#settle(this.#begunId)
      return
    }
    this.#timer = setTimeout(() => {
      this.#options.onHung(reason)
      this.#timer = setTimeout(() => this.#settle(undefined), DOWN_MESSAGE_MS)
    }, DOWN_MESSAGE_MS)
  }

  /** Without a `begunId` every call counts as begun: none may run twice. */
  #settle(begunId: number | undefined): void {
    if (this.#isGone) return
    this.#isGone = true
    const calls = this.#calls.values()
    this.#calls.clear()
    for (const _ of calls) this.unclaim()
    this.#options.onGone()
    for (const call of calls) {
      call.onFate(begunId === undefined || !isNewerId(call.streamId, begunId))
    }
  }
}
