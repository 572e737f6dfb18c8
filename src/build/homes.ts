import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { diskBytes, removeTree } from './tree.ts'

/** Of a home that is being removed. */
export const GONE_SUFFIX = '.gone'

/** A home folder while a build has it. */
export interface ToolHome {
  readonly folder: string
  /** A tool is about to use it. */
  use(): void
  close(): Promise<void>
}

/** The home folders of tools, one for each language: they keep their caches there between builds. */
export class ToolHomes {
  readonly #folder: string
  readonly #bytesMax: number
  readonly #open = new Map<string, number>()

  constructor(folder: string, bytesMax: number) {
    this.#folder = folder
    this.#bytesMax = bytesMax
  }

  open(family: string): ToolHome {
    const folder = join(this.#folder, family)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#open.set(family, (this.#open.get(family) ?? 0) + 1)
    let isUsed = false
    return {
      folder,
      use() {
        isUsed = true
      },
      close: () => this.#close(family, folder, isUsed),
    }
  }

  /** One that has grown too large goes with the last build that has it. */
  async #close(family: string, folder: string, isUsed: boolean): Promise<void> {
    const isTooLarge = isUsed && (await diskBytes(folder)) > this.#bytesMax
    const others = this.#open.get(family)! - 1
    if (others > 0) this.#open.set(family, others)
    else this.#open.delete(family)
    if (others > 0 || !isTooLarge) return
    // By one rename, so that who opens it in this moment gets a new one that is whole.
    const gone = `${folder}-${randomUUID()}${GONE_SUFFIX}`
    renameSync(folder, gone)
    await removeTree(gone)
  }
}
