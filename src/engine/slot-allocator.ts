import type { SlotTable } from './slots.ts'

/** Hands out the indexes of the shared slot table, one per instance. */
export class SlotAllocator {
  readonly #table: SlotTable
  #neverUsed = 0
  /** Oldest first: the longer an index rests, the surer every thread has heard of its last owner's end. */
  readonly #free: number[] = []
  readonly #retired = new Set<number>()

  constructor(table: SlotTable) {
    this.#table = table
    // Until it is handed out an index can be claimed by nobody.
    table.closeAll()
  }

  /** Undefined when as many instances run as the table has places. The index is still closed. */
  allocate(): number | undefined {
    if (this.#neverUsed < this.#table.capacity) return this.#neverUsed++
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
