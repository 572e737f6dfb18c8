/** A call as long as its body is gathered. */
export interface GatheringCall {
  refuse(code: 'shutting_down'): void
}

/**
 * What all of them together may hold in memory, in each thread. A connection of HTTP/2 can bring a hundred bodies
 * at a time; those beyond this take a place of an instance while they come.
 */
const GATHERED_BYTES_MAX = 64 * 1024 * 1024

/** The calls of a thread that wait for their own small bodies, and what has come of these. */
export class Gathering {
  readonly #calls = new Set<GatheringCall>()
  #bytes = 0

  begin(call: GatheringCall): void {
    this.#calls.add(call)
  }

  /** So many more bytes have come; false when there is no room for what follows. */
  take(bytes: number): boolean {
    this.#bytes += bytes
    return this.#bytes <= GATHERED_BYTES_MAX
  }

  /** `bytes`: all that were taken for this call. May be called more than once. */
  end(call: GatheringCall, bytes: number): void {
    if (this.#calls.delete(call)) this.#bytes -= bytes
  }

  shutDown(): void {
    for (const call of [...this.#calls]) call.refuse('shutting_down')
  }
}
