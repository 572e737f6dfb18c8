import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../runtimes/go/', import.meta.url))

/** The shim's source, which is compiled together with each function. */
export interface GoShim {
  /** By path. */
  readonly files: ReadonlyMap<string, string>
  /** Changes with every byte of it. */
  readonly digest: string
}

export async function readGoShim(): Promise<GoShim> {
  const found = await readdir(FOLDER, { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => entry.isFile() && /(?<!_test)\.go$|^go\.mod$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length))
    .sort()
  const texts = await Promise.all(paths.map((path) => readFile(join(FOLDER, path), 'utf8')))
  const files = new Map(paths.map((path, i) => [path, texts[i]!]))
  return { files, digest: hash('sha256', JSON.stringify([...files])) }
}

export async function writeGoShim(shim: GoShim, folder: string): Promise<void> {
  for (const [path, text] of shim.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}
