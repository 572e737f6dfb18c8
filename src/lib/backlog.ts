const OUTSTANDING = 0
const DROPPED = 1

/**
 * Bounds what several threads have handed to one that has not dealt with it yet: messages between
 * threads wait without any bound of their own. Shared by its buffer.
 */
export class Backlog {
  readonly #max: number
  readonly #words: Int32Array<SharedArrayBuffer>

  /** @param max in the unit of the caller's choice; below 2^31 */
  constructor(max: number, buffer = new SharedArrayBuffer(8)) {
    this.#max = max
    this.#words = new Int32Array(buffer)
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer
  }

  /** Whether the amount may be handed over; then it counts until it is removed. */
  tryAdd(amount: number): boolean {
    if (Atomics.add(this.#words, OUTSTANDING, amount) + amount <= this.#max) return true
    this.remove(amount)
    return false
  }

  remove(amount: number): void {
    Atomics.sub(this.#words, OUTSTANDING, amount)
  }

  /** So many were thrown away instead. */
  drop(count: number): void {
    Atomics.add(this.#words, DROPPED, count)
  }

  /** How many were thrown away since the start. */
  get dropped(): number {
    return Atomics.load(this.#words, DROPPED) >>> 0
  }
}
