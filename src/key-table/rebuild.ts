import type { Change } from '../domain/routes.ts'
import { nextTurn } from '../lib/next-turn.ts'
import { KeyTableWriter } from './writer.ts'

/** The keys of a table that has become wasteful in a new one, made in slices while the old one serves. */
export class KeyTableRebuild {
  readonly #source: KeyTableWriter
  readonly #target: KeyTableWriter
  #stopped = false
  #done = false

  constructor(source: KeyTableWriter) {
    this.#source = source
    this.#target = new KeyTableWriter({ expectedKeys: source.size })
    void this.#run()
  }

  /** The new table; undefined until all is there. */
  get result(): KeyTableWriter | undefined {
    return this.#done ? this.#target : undefined
  }

  /** What is changed in the old table has to be changed here too. */
  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    this.#target.apply(change)
  }

  stop(): void {
    this.#stopped = true
  }

  async #run(): Promise<void> {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { keys, next } = this.#source.entriesFrom(from)
      // A key that was changed meanwhile is here already, in the state that it has there too.
      for (const key of keys) this.#target.put(key)
      from = next
      await nextTurn()
      if (this.#stopped) return
    }
    this.#done = true
  }
}
