/** A line of a build's output; numbers count from 1 in each build. */
export interface BuildLine {
  readonly number: number
  readonly text: string
}

const LINES_KEPT = 2_000
const BUILDS_KEPT = 200

interface BuildLines {
  readonly generation: number
  readonly lines: BuildLine[]
  count: number
}

/**
 * What the newest build of each function has said, for those who watch it: in memory, and bounded, so that
 * whoever comes late or reads slowly loses the oldest lines and holds up nobody. The function's record keeps
 * the text.
 */
export class BuildFeed {
  readonly #builds = new Map<string, BuildLines>()
  readonly #watchers = new Map<string, Set<() => void>>()

  begin(functionId: string, generation: number): void {
    // Moves it to the end: the map is in the order of their beginnings.
    this.#builds.delete(functionId)
    this.#builds.set(functionId, { generation, lines: [], count: 0 })
    const oldest = this.#builds.keys().next()
    if (this.#builds.size > BUILDS_KEPT && !oldest.done) this.#builds.delete(oldest.value)
    this.wake(functionId)
  }

  add(functionId: string, generation: number, text: string): void {
    const build = this.#builds.get(functionId)
    if (build?.generation !== generation) return
    build.count += 1
    build.lines.push({ number: build.count, text })
    if (build.lines.length > LINES_KEPT) build.lines.shift()
    this.wake(functionId)
  }

  /** The lines after the one of this number; undefined when this build is not remembered. */
  after(functionId: string, generation: number, number: number): readonly BuildLine[] | undefined {
    const build = this.#builds.get(functionId)
    if (build?.generation !== generation) return undefined
    return build.lines.filter((line) => line.number > number)
  }

  /** Something about the build has changed. */
  wake(functionId: string): void {
    for (const watcher of this.#watchers.get(functionId) ?? []) watcher()
  }

  /** How many watch this function, and how many watch at all. */
  watcherCounts(functionId: string): { readonly own: number; readonly all: number } {
    let all = 0
    for (const watchers of this.#watchers.values()) all += watchers.size
    return { own: this.#watchers.get(functionId)?.size ?? 0, all }
  }

  /** Returns what ends it. */
  watch(functionId: string, onNews: () => void): () => void {
    const watchers = this.#watchers.get(functionId) ?? new Set()
    this.#watchers.set(functionId, watchers)
    watchers.add(onNews)
    return () => {
      watchers.delete(onNews)
      if (watchers.size === 0 && this.#watchers.get(functionId) === watchers) {
        this.#watchers.delete(functionId)
      }
    }
  }
}
