const CAPACITY_FIRST = 64

/**
 * Values by a number that counts up, for what comes and goes with every request. A `Map` under such
 * churn replaces its table again and again, and once one has grown old, its successors and the dead
 * requests in them wait for a full collection.
 * @template {object} T
 */
export class InFlight {
  #ids = new Array(CAPACITY_FIRST).fill(0)
  /** @type {(T | undefined)[]} */
  #values = new Array(CAPACITY_FIRST).fill(undefined)
  #size = 0

  get size() {
    return this.#size
  }

  /** @param {number} id @returns {T | undefined} */
  get(id) {
    return this.#values[this.#place(id)]
  }

  /** @param {number} id */
  has(id) {
    return this.get(id) !== undefined
  }

  /** @param {number} id @param {T} value */
  set(id, value) {
    if (this.#size * 2 >= this.#values.length) this.#grow()
    const place = this.#place(id)
    if (this.#values[place] === undefined) this.#size += 1
    this.#ids[place] = id
    this.#values[place] = value
  }

  /** @param {number} id */
  delete(id) {
    const place = this.#place(id)
    if (this.#values[place] === undefined) return false
    this.#size -= 1
    this.#values[this.#closeGap(place)] = undefined
    return true
  }

  clear() {
    this.#values.fill(undefined)
    this.#size = 0
  }

  /** A copy, in no order. @returns {T[]} */
  values() {
    return this.#values.filter((value) => value !== undefined)
  }

  #place(id) {
    const mask = this.#values.length - 1
    let place = id & mask
    while (this.#values[place] !== undefined && this.#ids[place] !== id) place = (place + 1) & mask
    return place
  }

  /** Moves what follows a gap into it, where a search would else stop too early. */
  #closeGap(gap) {
    const mask = this.#values.length - 1
    let free = gap
    for (let at = (gap + 1) & mask; this.#values[at] !== undefined; at = (at + 1) & mask) {
      const home = this.#ids[at] & mask
      if (((at - home) & mask) < ((at - free) & mask)) continue
      this.#ids[free] = this.#ids[at]
      this.#values[free] = this.#values[at]
      free = at
    }
    return free
  }

  #grow() {
    const ids = this.#ids
    const values = this.#values
    this.#ids = new Array(ids.length * 2).fill(0)
    this.#values = new Array(values.length * 2).fill(undefined)
    this.#size = 0
    values.forEach((value, i) => {
      if (value !== undefined) this.set(ids[i], value)
    })
  }
}
