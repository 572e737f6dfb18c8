import type Database from 'better-sqlite3'

interface Pending {
  readonly write: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes of one turn of the event loop in one transaction: a sync of the disk costs the same for one as for a
 * hundred, and while it lasts the next ones gather.
 */
export class Commits {
  readonly #whole: (group: readonly Pending[]) => unknown[]
  #pending: Pending[] = []
  #isScheduled = false

  constructor(db: Database.Database) {
    this.#whole = db.transaction((group: readonly Pending[]) =>
      group.map(({ write }) => write()),
    ).immediate
  }

  /** Resolves with what `write` returned when that is on the disk; rejects when nothing of it was written. */
  add<T>(write: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ write, resolve, reject })
      if (this.#isScheduled) return
      this.#isScheduled = true
      setImmediate(() => this.flush())
    })
  }

  /** Writes what there is now. */
  flush(): void {
    this.#isScheduled = false
    const group = this.#pending
    this.#pending = []
    if (group.length === 0) return
    try {
      settle(group, this.#whole(group))
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error)
      // One that is too large for the disk must not take the others with it.
      else for (const one of group) this.#alone(one)
    }
  }

  #alone(one: Pending): void {
    try {
      settle([one], this.#whole([one]))
    } catch (error) {
      one.reject(error)
    }
  }
}

function settle(group: readonly Pending[], values: readonly unknown[]): void {
  for (const [i, { resolve }] of group.entries()) resolve(values[i] as never)
}
