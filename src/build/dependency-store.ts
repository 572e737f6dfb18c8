import { hash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DependencyStep } from '../languages/language.ts'
import { linkTree, removeTree, syncPath, syncTree } from './tree.ts'

/** Counts up when the same step is to be run again for all. */
const LAYOUT = 1
const ID_CHARS = 40
const RECORD = '.latchkey-dependencies.json'

/**
 * The same files, installed by the same tool for the same runtime and machine, are the same set. Versions
 * that the files leave open stay as they were when the set was first installed.
 */
export function dependencyId(family: string, runtime: string, step: DependencyStep): string {
  const files = Object.entries(step.files).sort(([a], [b]) => (a < b ? -1 : 1))
  const machine = `${process.platform}-${process.arch}`
  const identity = [LAYOUT, family, runtime, machine, files, step.folders, step.step.args]
  return hash('sha256', JSON.stringify(identity), 'hex').slice(0, ID_CHARS)
}

/**
 * Sets of dependencies, each installed once:
 * ```
 * <folder>/<id>/          the folders that the tool left; the record is written last
 * ```
 * Artifacts hold further names of the same files, so a set may go while artifacts stay.
 */
export class DependencyStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Whether the set is there, whole; if so it counts as used now. */
  async use(id: string): Promise<boolean> {
    if (!existsSync(join(this.#folder, id, RECORD))) return false
    const now = new Date()
    await utimes(join(this.#folder, id), now, now)
    return true
  }

  /** Makes what a tool has left in the draft the set: its folders, and nothing else. */
  async keep(id: string, draft: string, folders: readonly string[]): Promise<void> {
    const wanted = new Set(folders)
    for (const name of await readdir(draft)) {
      if (!wanted.has(name)) await removeTree(join(draft, name))
    }
    await syncTree(draft)
    await writeFile(join(draft, RECORD), JSON.stringify({ folders }))
    await syncPath(join(draft, RECORD))
    await syncPath(draft)
    // Only a folder without its record can stand there: `use` was asked before.
    await removeTree(join(this.#folder, id))
    await rename(draft, join(this.#folder, id))
    await syncPath(this.#folder)
  }

  /** Puts the set into a draft. */
  async putInto(id: string, draft: string): Promise<void> {
    for (const entry of await readdir(join(this.#folder, id), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      await linkTree(join(this.#folder, id, entry.name), join(draft, entry.name))
    }
  }

  /** Removes the sets that are not in `keep` and were not used for `idleMs`; returns how many. */
  async removeUnused(keep: ReadonlySet<string>, idleMs: number): Promise<number> {
    let removed = 0
    for (const id of await readdir(this.#folder)) {
      const path = join(this.#folder, id)
      if (keep.has(id) || Date.now() - (await stat(path)).mtimeMs < idleMs) continue
      await removeTree(path)
      removed += 1
    }
    return removed
  }
}
