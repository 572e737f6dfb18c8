import type { FirstUse } from './key-rotation.ts'
import {
  type KeyAddress,
  type LastUse,
  OTHER_KEYS_ID,
  USAGE_WIDTH,
  type UsageCounts,
  type UsageRow,
} from './usage.ts'
import { stepStart, type UsageStep } from './usage-time.ts'

/** What goes to control at once; absent members are empty. */
export interface TakenUsage {
  readonly rows: readonly UsageRow[]
  readonly lastUses: readonly LastUse[]
  readonly firstUses?: readonly FirstUse[]
  readonly addresses?: readonly KeyAddress[]
}

/**
 * Usage that comes from several places, added up, never more than `rowsMax` rows: when they would be
 * more, minutes become hours first, and then the keys that are new are counted together per function.
 * No request is lost by either.
 */
export class UsageTally {
  readonly #rowsMax: number
  readonly #rows = new Map<string, OwnRow>()
  readonly #lastUses = new Map<string, LastUse>()
  readonly #firstUses = new Map<string, FirstUse>()
  readonly #addresses = new Map<string, KeyAddress>()
  #step: UsageStep = 'minute'

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  get isEmpty(): boolean {
    const isCounted = this.#rows.size > 0 || this.#lastUses.size > 0
    return !isCounted && this.#firstUses.size === 0 && this.#addresses.size === 0
  }

  get size(): number {
    return this.#rows.size
  }

  add(row: UsageRow): void {
    const atMs = stepStart(this.#step, row.atMs)
    const found = this.#rows.get(nameOf(row.functionId, row.keyId, atMs))
    if (found !== undefined) addCounts(found.counts, row.counts)
    else if (this.#rows.size < this.#rowsMax) this.#insert(row, row.keyId, atMs)
    else if (this.#step === 'minute') {
      this.#coarsen()
      this.add(row)
    } else this.#addToOthers(row, atMs)
  }

  /** The newest of each key counts. */
  addLastUse(use: LastUse): void {
    const known = this.#lastUses.get(use.keyId)
    if (known === undefined && this.#lastUses.size >= this.#rowsMax) return
    if (known === undefined || known.atMs < use.atMs) this.#lastUses.set(use.keyId, use)
  }

  /** The earliest of each secret counts. */
  addFirstUse(use: FirstUse): void {
    const known = this.#firstUses.get(use.digest)
    // Told again with the next use.
    if (known === undefined && this.#firstUses.size >= this.#rowsMax) return
    if (known === undefined || known.atMs > use.atMs) this.#firstUses.set(use.digest, use)
  }

  addAddress(address: KeyAddress): void {
    const name = `${address.keyId} ${address.address}`
    if (this.#addresses.size >= this.#rowsMax || this.#addresses.has(name)) return
    this.#addresses.set(name, address)
  }

  addAll({ rows, lastUses, firstUses = [], addresses = [] }: TakenUsage): void {
    for (const row of rows) this.add(row)
    for (const use of lastUses) this.addLastUse(use)
    for (const use of firstUses) this.addFirstUse(use)
    for (const address of addresses) this.addAddress(address)
  }

  /** Takes out so many rows, and so many of each of the others, at most. */
  take(max: number): TakenUsage {
    const rows = takeFrom(this.#rows, max)
    const lastUses = takeFrom(this.#lastUses, max)
    const firstUses = takeFrom(this.#firstUses, max)
    const addresses = takeFrom(this.#addresses, max)
    if (this.isEmpty) this.#step = 'minute'
    return {
      rows,
      lastUses,
      ...(firstUses.length > 0 && { firstUses }),
      ...(addresses.length > 0 && { addresses }),
    }
  }

  #insert(row: UsageRow, keyId: string, atMs: number): void {
    const { functionId, counts } = row
    const own = { functionId, keyId, atMs, counts: Array.from(counts) }
    this.#rows.set(nameOf(functionId, keyId, atMs), own)
  }

  /** One row for each function and hour: as many as there are functions, not as there are callers. */
  #addToOthers(row: UsageRow, atMs: number): void {
    const found = this.#rows.get(nameOf(row.functionId, OTHER_KEYS_ID, atMs))
    if (found === undefined) this.#insert(row, OTHER_KEYS_ID, atMs)
    else addCounts(found.counts, row.counts)
  }

  #coarsen(): void {
    const rows = takeFrom(this.#rows, Number.POSITIVE_INFINITY)
    this.#step = 'hour'
    for (const row of rows) this.add(row)
  }
}

interface OwnRow extends UsageRow {
  readonly counts: number[]
}

function nameOf(functionId: string, keyId: string, atMs: number): string {
  return `${atMs} ${functionId} ${keyId}`
}

export function addCounts(sum: number[], counts: UsageCounts): void {
  for (let i = 0; i < USAGE_WIDTH; i++) sum[i]! += counts[i]!
}

function takeFrom<T>(map: Map<string, T>, max: number): T[] {
  const taken: T[] = []
  for (const [name, value] of map) {
    if (taken.length >= max) break
    taken.push(value)
    map.delete(name)
  }
  return taken
}
