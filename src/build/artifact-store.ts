import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SourceFiles } from '../domain/function.ts'
import { GONE_SUFFIX } from './homes.ts'
import { removeTree, syncPath, syncTree } from './tree.ts'

/** What the builder remembers beside an artifact's files. */
export interface ArtifactRecord {
  readonly entry: string
  /** The log of the build. */
  readonly log: string
  /** The set of dependencies that it was made with, if any. */
  readonly dependencies?: string
}

const RECORD = '.latchkey-artifact.json'
const DRAFT_PREFIX = 'build-'

/**
 * ```
 * artifacts/<id>/                a finished build; its record is written last
 * artifacts/.dependencies/<id>/  see `dependency-store.ts`
 * artifacts/.work/build-<id>-*   a build under way, or what an interrupted one left
 * artifacts/.work/home/<family>  the home folders of tools, where they keep their caches
 * ```
 * A build is finished by one rename, so all are on one file system.
 */
export class ArtifactStore {
  readonly #folder: string
  /** For what a build needs while it runs; names that begin with `build-` are gone at the next start. */
  readonly workFolder: string

  constructor(folder: string, workFolder = join(folder, '.work')) {
    this.#folder = folder
    this.workFolder = workFolder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    mkdirSync(this.homesFolder, { recursive: true, mode: 0o700 })
  }

  get homesFolder(): string {
    return join(this.workFolder, 'home')
  }

  /** One process builds at a time, so at its start whatever draft is there was left by one that was killed. */
  async removeDrafts(): Promise<void> {
    for (const name of readdirSync(this.workFolder)) {
      if (name.startsWith(DRAFT_PREFIX)) await removeTree(join(this.workFolder, name))
    }
    for (const name of readdirSync(this.homesFolder)) {
      if (name.endsWith(GONE_SUFFIX)) await removeTree(join(this.homesFolder, name))
    }
  }

  has(id: string): boolean {
    return existsSync(this.#recordPath(id))
  }

  /** If it is there, whole, it counts as used now. */
  async use(id: string): Promise<ArtifactRecord | undefined> {
    if (!this.has(id)) return undefined
    const now = new Date()
    await utimes(join(this.#folder, id), now, now)
    return await this.#read(id)
  }

  /** A new folder with the files in it, to build in. */
  async draft(id: string, files: SourceFiles): Promise<string> {
    const folder = await mkdtemp(join(this.workFolder, `${DRAFT_PREFIX}${id}-`))
    // The user of a sandbox enters it; the folders above are closed to all others.
    await chmod(folder, 0o755)
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return folder
  }

  /**
   * Makes the draft durable and then, at once and whole, the artifact.
   * @param onDisk - Names in it that are durable already.
   */
  async finish(
    id: string,
    draft: string,
    record: ArtifactRecord,
    onDisk: readonly string[],
  ): Promise<void> {
    await writeFile(join(draft, RECORD), JSON.stringify(record))
    await syncTree(draft, onDisk)
    // Only a folder without its record can stand there: `use` was asked before.
    await removeTree(join(this.#folder, id))
    await rename(draft, join(this.#folder, id))
    await syncPath(this.#folder)
  }

  discard(draft: string): Promise<void> {
    return removeTree(draft)
  }

  /** Removes the artifacts that are not in `keep` and were not used for `idleMs`; returns how many. */
  async removeUnused(keep: ReadonlySet<string>, idleMs: number): Promise<number> {
    let removed = 0
    for (const id of await this.#ids()) {
      const path = join(this.#folder, id)
      if (keep.has(id) || Date.now() - (await stat(path)).mtimeMs < idleMs) continue
      await removeTree(path)
      removed += 1
    }
    return removed
  }

  /** The sets of dependencies that the artifacts were made with. */
  async dependencies(): Promise<Set<string>> {
    const sets = new Set<string>()
    for (const id of await this.#ids()) {
      const { dependencies } = this.has(id) ? await this.#read(id) : {}
      if (dependencies !== undefined) sets.add(dependencies)
    }
    return sets
  }

  async #ids(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => !name.startsWith('.'))
  }

  async #read(id: string): Promise<ArtifactRecord> {
    return JSON.parse(await readFile(this.#recordPath(id), 'utf8')) as ArtifactRecord
  }

  #recordPath(id: string): string {
    return join(this.#folder, id, RECORD)
  }
}
