/** What became of the requests of one kind. */
export interface Tally {
  answered: number
  /** Sent again on a new connection, because the one that was kept open had been closed meanwhile. */
  repeated: number
  /** The data role had been killed: refused or cut off, as it must be. */
  duringKill: number
}

/** What the soak has seen: requests by kind, disturbances by name, and everything that must not be. */
export class Ledger {
  readonly tallies = new Map<string, Tally>()
  readonly disturbances = new Map<string, number>()
  readonly faults: string[] = []
  faultCount = 0
  readonly #startedAtMs = Date.now()

  tally(kind: string): Tally {
    const known = this.tallies.get(kind)
    if (known !== undefined) return known
    const tally = { answered: 0, repeated: 0, duringKill: 0 }
    this.tallies.set(kind, tally)
    return tally
  }

  disturbed(name: string): void {
    this.disturbances.set(name, (this.disturbances.get(name) ?? 0) + 1)
  }

  /** The first hundred are kept. */
  fault(text: string): void {
    this.faultCount += 1
    if (this.faults.length < 100) this.faults.push(`after ${this.seconds} s: ${text}`)
  }

  get seconds(): number {
    return Math.round((Date.now() - this.#startedAtMs) / 1000)
  }
}
