/** Added to the count of a closed instance, so that its in-flight requests still count down. */
const CLOSED = -(2 ** 30)
const NUMBERS_PER_INSTANCE = 2

/**
 * How many requests each instance has in flight, in memory that all gateway threads and the engine
 * share: one 32-bit counter per instance, claimed and released with compare-and-swap. A closed
 * counter is negative and can no longer be claimed, so stopping an idle instance cannot race with a
 * thread that is about to use it. Behind the counters stands how often each was claimed, which tells
 * an instance that is idle from one whose requests end before anyone looks.
 */
export class SlotTable {
  readonly buffer: SharedArrayBuffer
  readonly #counts: Int32Array
  readonly #claims: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    const capacity = buffer.byteLength / NUMBERS_PER_INSTANCE / Int32Array.BYTES_PER_ELEMENT
    this.buffer = buffer
    this.#counts = new Int32Array(buffer, 0, capacity)
    this.#claims = new Int32Array(buffer, this.#counts.byteLength, capacity)
  }

  static create(capacity: number): SlotTable {
    const bytes = capacity * NUMBERS_PER_INSTANCE * Int32Array.BYTES_PER_ELEMENT
    return new SlotTable(new SharedArrayBuffer(bytes))
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
      if (Atomics.compareExchange(this.#counts, index, count, count + 1) === count) {
        Atomics.add(this.#claims, index, 1)
        return true
      }
    }
  }

  release(index: number): void {
    Atomics.sub(this.#counts, index, 1)
  }

  inFlight(index: number): number {
    const count = Atomics.load(this.#counts, index)
    return count < 0 ? count - CLOSED : count
  }

  /** How often a slot of the index was ever claimed; counts on over instances and wraps. */
  claims(index: number): number {
    return Atomics.load(this.#claims, index)
  }

  /** Closes the instance if nothing is in flight; false when something is. */
  closeIfIdle(index: number): boolean {
    return Atomics.compareExchange(this.#counts, index, 0, CLOSED) === 0
  }

  /** Closes every index of a table that no thread has been given yet. */
  closeAll(): void {
    this.#counts.fill(CLOSED)
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
