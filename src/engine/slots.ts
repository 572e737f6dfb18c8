/** Added to the count of a closed instance, so that its in-flight requests still count down. */
const CLOSED = -(2 ** 30)

/**
 * How many requests each instance has in flight, in memory that all gateway threads and the engine
 * share: one 32-bit counter per instance, claimed and released with compare-and-swap. A closed
 * counter is negative and can no longer be claimed, so stopping an idle instance cannot race with a
 * thread that is about to use it.
 */
export class SlotTable {
  readonly buffer: SharedArrayBuffer
  readonly #counts: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#counts = new Int32Array(buffer)
  }

  static create(capacity: number): SlotTable {
    return new SlotTable(new SharedArrayBuffer(capacity * Int32Array.BYTES_PER_ELEMENT))
  }

  get capacity(): number {
    return this.#counts.length
  }

  /** Makes the counter of a new instance claimable. */
  open(index: number): void {
    Atomics.store(this.#counts, index, 0)
  }

  /** Takes one of `limit` slots; false when none is free or the instance is closed. */
  claim(index: number, limit: number): boolean {
    for (;;) {
      const count = Atomics.load(this.#counts, index)
      if (count < 0 || count >= limit) return false
      if (Atomics.compareExchange(this.#counts, index, count, count + 1) === count) return true
    }
  }

  release(index: number): void {
    Atomics.sub(this.#counts, index, 1)
  }

  inFlight(index: number): number {
    const count = Atomics.load(this.#counts, index)
    return count < 0 ? count - CLOSED : count
  }

  /** Closes the instance if nothing is in flight; false when something is. */
  closeIfIdle(index: number): boolean {
    return Atomics.compareExchange(this.#counts, index, 0, CLOSED) === 0
  }

  /** Closes the instance whatever is in flight. */
  close(index: number): void {
    for (;;) {
      const count = Atomics.load(this.#counts, index)
      if (count < 0) return
      if (Atomics.compareExchange(this.#counts, index, count, count + CLOSED) === count) return
    }
  }
}
