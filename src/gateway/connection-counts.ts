import { randomInt } from 'node:crypto'
import { addressGroup } from '../lib/address-group.ts'

/** 512 KiB; with 10,000 callers at a time, one in fourteen shares its counter with another one. */
const COUNTERS = 2 ** 17
const TOTAL = 0
const SEED = 1
const FIRST_COUNTER = 2

/**
 * How many connections are open, in all and from each address, in memory that all gateway threads share.
 * It is of one size whoever calls: an address counts where its hash points, so two can share a
 * counter, and the seed is new in every process so that nobody can choose with whom.
 */
export class ConnectionCounts {
  readonly buffer: SharedArrayBuffer
  readonly #numbers: Int32Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#numbers = new Int32Array(buffer)
  }

  static create(): ConnectionCounts {
    const buffer = new SharedArrayBuffer((FIRST_COUNTER + COUNTERS) * Int32Array.BYTES_PER_ELEMENT)
    new Int32Array(buffer)[SEED] = randomInt(2 ** 31)
    return new ConnectionCounts(buffer)
  }

  /** The counter of an address. */
  counterOf(address: string): number {
    const group = addressGroup(address)
    let hash = this.#numbers[SEED]!
    for (let i = 0; i < group.length; i++) hash = mixed(hash ^ group.charCodeAt(i))
    return FIRST_COUNTER + ((hash >>> 0) % COUNTERS)
  }

  /** Counts one more in all; false, and it is not counted, when there are `max`. */
  open(max: number): boolean {
    return this.#add(TOTAL, max)
  }

  close(): void {
    Atomics.sub(this.#numbers, TOTAL, 1)
  }

  /** The same for one address. */
  openFrom(counter: number, max: number): boolean {
    return this.#add(counter, max)
  }

  closeFrom(counter: number): void {
    Atomics.sub(this.#numbers, counter, 1)
  }

  /** How many are open in all. */
  get total(): number {
    return Atomics.load(this.#numbers, TOTAL)
  }

  from(address: string): number {
    return Atomics.load(this.#numbers, this.counterOf(address))
  }

  #add(index: number, max: number): boolean {
    if (Atomics.add(this.#numbers, index, 1) < max) return true
    Atomics.sub(this.#numbers, index, 1)
    return false
  }
}

/** The finalizer of MurmurHash3: every bit of the input changes about half of the output's. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
