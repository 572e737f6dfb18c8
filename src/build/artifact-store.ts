import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SourceFiles } from '../domain/function.ts'

/** What the builder remembers beside an artifact's files. */
export interface ArtifactRecord {
  readonly entry: string
  /** The log of the build. */
  readonly log: string
}

const RECORD = '.latchkey-artifact.json'
const DRAFT_PREFIX = 'build-'

/**
 * ```
 * artifacts/<id>/                a finished build; its record is written last
 * artifacts/.work/build-<id>-*   a build under way, or what an interrupted one left
 * artifacts/.work/home           the tools' home folder, where they keep their caches
 * ```
 * A build is finished by one rename, so the two are on one file system.
 */
export class ArtifactStore {
  readonly #folder: string
  readonly #workFolder: string

  constructor(folder: string, workFolder = join(folder, '.work')) {
    this.#folder = folder
    this.#workFolder = workFolder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    mkdirSync(this.homeFolder, { recursive: true, mode: 0o700 })
    // One process builds at a time, so whatever draft is there was left by one that was killed.
    for (const name of readdirSync(this.#workFolder)) {
      const path = join(this.#workFolder, name)
      if (name.startsWith(DRAFT_PREFIX)) rmSync(path, { recursive: true, force: true })
    }
  }

  get homeFolder(): string {
    return join(this.#workFolder, 'home')
  }

  has(id: string): boolean {
    return existsSync(this.#recordPath(id))
  }

  async find(id: string): Promise<ArtifactRecord | undefined> {
    if (!this.has(id)) return undefined
    return JSON.parse(await readFile(this.#recordPath(id), 'utf8')) as ArtifactRecord
  }

  /** A new folder with the files in it, to build in. */
  async draft(id: string, files: SourceFiles): Promise<string> {
    const folder = await mkdtemp(join(this.#workFolder, `${DRAFT_PREFIX}${id}-`))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return folder
  }

  /** Makes the draft durable and then, at once and whole, the artifact. */
  async finish(id: string, draft: string, record: ArtifactRecord): Promise<void> {
    await writeFile(join(draft, RECORD), JSON.stringify(record))
    await syncTree(draft)
    // Only a folder without its record can stand there: `find` was asked before.
    await removeFolder(join(this.#folder, id))
    await rename(draft, join(this.#folder, id))
    await syncPath(this.#folder)
  }

  discard(draft: string): Promise<void> {
    return removeFolder(draft)
  }

  #recordPath(id: string): string {
    return join(this.#folder, id, RECORD)
  }

  /** Removes every artifact whose id is not in `keep`; returns how many. */
  async removeUnused(keep: ReadonlySet<string>): Promise<number> {
    const ids = (await readdir(this.#folder)).filter((name) => !name.startsWith('.'))
    const unused = ids.filter((id) => !keep.has(id))
    for (const id of unused) await removeFolder(join(this.#folder, id))
    return unused.length
  }
}

/** Bytes of all files below the folder. */
export async function treeBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const path of await filesBelow(folder)) {
    bytes += (await stat(path)).size
  }
  return bytes
}

/**
 * A power cut after the rename must not leave empty files behind a valid name. The first sync pays
 * for what is dirty; the others find little to do.
 */
async function syncTree(folder: string): Promise<void> {
  for (const path of await filesBelow(folder)) await syncPath(path)
  await syncPath(folder)
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
}

function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 })
}
