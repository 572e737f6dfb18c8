/** As many at most. */
const KEPT = 1024

/** What was read from records that are asked for again and again. */
export class Kept<T> {
  readonly #read: (key: number) => T
  readonly #keys = new Int32Array(KEPT)
  readonly #values: T[] = []

  constructor(read: (key: number) => T) {
    this.#read = read
  }

  of(key: number): T {
    const place = key & (KEPT - 1)
    if (this.#keys[place] === key) return this.#values[place]!
    const value = this.#read(key)
    this.#keys[place] = key
    this.#values[place] = value
    return value
  }

  clear(): void {
    this.#keys.fill(0)
  }
}
