import { copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Beyond it a new process that sees the artifact itself is ready sooner. */
const ENTRIES_MAX = 400
/** Of artifacts, whose content never changes. */
const REMEMBERED = 1000

interface Layout {
  /** Parents first. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** Puts artifacts into the code folders of spares, which were started before it was known which. */
export class Staging {
  readonly #layouts = new Map<string, Layout | 'large'>()

  /** Whether the artifact is small enough to be put into a spare. */
  fits(artifactFolder: string): boolean {
    return this.#layoutOf(artifactFolder) !== 'large'
  }

  /** To be called only when it fits. */
  stage(artifactFolder: string, stagingFolder: string): void {
    const layout = this.#layoutOf(artifactFolder)
    if (layout === 'large') throw new Error('the artifact is too large for a spare')
    for (const folder of layout.folders) mkdirSync(join(stagingFolder, folder), { mode: 0o755 })
    for (const file of layout.files) put(join(artifactFolder, file), join(stagingFolder, file))
  }

  #layoutOf(folder: string): Layout | 'large' {
    const known = this.#layouts.get(folder)
    if (known !== undefined) return known
    const layout = layoutOf(folder)
    if (this.#layouts.size >= REMEMBERED) this.#layouts.clear()
    this.#layouts.set(folder, layout)
    return layout
  }
}

/** A further name is enough: the folder is read-only inside. */
function put(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // On another file system, or one without further names.
    copyFileSync(from, to)
  }
}

/** `large` as well when it holds what is neither folder nor file: links are left to the artifact itself. */
function layoutOf(root: string): Layout | 'large' {
  const folders: string[] = []
  const files: string[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (folders.length + files.length >= ENTRIES_MAX) return 'large'
      if (entry.isDirectory()) {
        folders.push(path)
        waiting.push(path)
      } else if (entry.isFile()) files.push(path)
      else return 'large'
    }
  }
  return { folders, files }
}
