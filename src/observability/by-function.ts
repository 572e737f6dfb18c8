import type { LabelValue } from './metric-parts.ts'

/** What names a function in metrics. */
export interface NamedFunction {
  /** Unique; the same for a function that is deleted and made again. */
  readonly label: string
  readonly projectId: number
  readonly regionId: number
  readonly namespace: string
  readonly name: string
}

interface Kept<T> {
  readonly labels: readonly LabelValue[]
  readonly value: T
  /** When it was first seen that the function is gone. */
  goneSinceMs: number | undefined
}

/** The numbers of a function that is gone stay so long, for every scraper to have seen the last of them. */
export const GONE_MS = 10 * 60_000

/** Numbers by function. By its label, not its id: one that is made again goes on where it was. */
export class ByFunction<T> {
  readonly #make: () => T
  readonly #kept = new Map<string, Kept<T>>()

  constructor(make: () => T) {
    this.#make = make
  }

  find({ label, projectId, regionId, namespace, name }: NamedFunction): T {
    const kept = this.#kept.get(label)
    if (kept !== undefined) return kept.value
    const value = this.#make()
    const labels = [projectId, regionId, namespace, name]
    this.#kept.set(label, { labels, value, goneSinceMs: undefined })
    return value
  }

  all(): { readonly labels: readonly LabelValue[]; readonly value: T }[] {
    return [...this.#kept.values()]
  }

  /** Forgets functions that have been gone for a while; `there` are the labels of all that are not. */
  prune(there: ReadonlySet<string>, nowMs: number): void {
    for (const [label, kept] of this.#kept) {
      if (there.has(label)) kept.goneSinceMs = undefined
      else if (kept.goneSinceMs === undefined) kept.goneSinceMs = nowMs
      else if (nowMs - kept.goneSinceMs >= GONE_MS) this.#kept.delete(label)
    }
  }
}
