/** What threads must learn of the numbers: by id, null for one that is no longer used. */
export type FunctionNumberNews = ReadonlyMap<string, number | null>

/**
 * Small numbers for the ids of functions and namespaces, so that a grant takes four bytes. A number is
 * never given twice: one that a thread still takes for a function that is gone must not open another.
 */
export class FunctionNumbers {
  readonly #numberOf = new Map<string, number>()
  readonly #idOf = new Map<number, string>()
  readonly #uses = new Map<number, number>()
  #news = new Map<string, number | null>()
  #next = 1

  /** The number of a function that one more key opens. */
  use(functionId: string): number {
    const number = this.#numberOf.get(functionId) ?? this.#add(functionId)
    this.#uses.set(number, this.#uses.get(number)! + 1)
    return number
  }

  /** A key no longer opens the function. */
  release(number: number): void {
    const uses = this.#uses.get(number)! - 1
    this.#uses.set(number, uses)
    if (uses > 0) return
    const id = this.#idOf.get(number)!
    this.#uses.delete(number)
    this.#idOf.delete(number)
    this.#numberOf.delete(id)
    this.#news.set(id, null)
  }

  id(number: number): string {
    return this.#idOf.get(number)!
  }

  all(): ReadonlyMap<string, number> {
    return this.#numberOf
  }

  /** Those from `least` on, in their order, and the number after the last that was ever given. */
  since(least: number): { added: [number, string][]; next: number } {
    const added: [number, string][] = []
    if (least < this.#next) {
      for (const entry of this.#idOf) if (entry[0] >= least) added.push(entry)
    }
    return { added, next: this.#next }
  }

  /** What has changed since the last time. */
  takeNews(): FunctionNumberNews {
    const news = this.#news
    this.#news = new Map()
    return news
  }

  #add(functionId: string): number {
    const number = this.#next++
    this.#numberOf.set(functionId, number)
    this.#idOf.set(number, functionId)
    this.#uses.set(number, 0)
    this.#news.set(functionId, number)
    return number
  }
}
