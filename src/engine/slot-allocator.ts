import type { SlotTable } from './slots.ts'

/** Hands out the indexes of the shared slot table, one per instance. */
export class SlotAllocator {
  readonly #table: SlotTable
  /** Oldest first: the longer an index rests, the surer every thread has heard of its last owner's end. */
  readonly #free: number[]
  readonly #retired = new Set<number>()

  constructor(table: SlotTable) {
    this.#table = table
    this.#free = Array.from({ length: table.capacity }, (_, index) => index)
    // Until it is handed out an index can be claimed by nobody.
    for (const index of this.#free) table.close(index)
  }

  /** Undefined when as many instances run as the table has places. The index is still closed. */
  allocate(): number | undefined {
    this.#reclaim()
    return this.#free.shift()
  }

  /** The instance has ended. Its index is used again only when no thread counts a request on it any more. */
  retire(index: number): void {
    this.#table.close(index)
    this.#retired.add(index)
  }

  #reclaim(): void {
    for (const index of this.#retired) {
      if (this.#table.inFlight(index) > 0) continue
      this.#retired.delete(index)
      this.#free.push(index)
    }
  }
}
