import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const COMPRESSIBLE = /\.(?:js|css|svg|json|map|txt|woff)$/
/** A page that somebody has open still asks for the files of its own build. */
const KEPT_MS = 86_400_000

const LIST = '.files.json'

/**
 * Moves a build to where it is served from. Hashed files come first and the page last, each whole: at no moment does
 * the page name a file that is not there, however many do this at a time.
 */
export async function publish(from: string, to: string, stamp: string): Promise<void> {
  const built = filesOf(from)
  await Promise.all(
    built.filter((path) => COMPRESSIBLE.test(path)).map((path) => compress(join(from, path))),
  )
  await writeFile(join(from, LIST), JSON.stringify(built))
  await writeFile(join(from, '.stamp.json'), stamp)
  const last = ['index.html', LIST, '.stamp.json']
  const before = namesOf(to)
  for (const path of [...filesOf(from).filter((path) => !last.includes(path)), ...last]) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    renameSync(join(from, path), join(to, path))
  }
  prune(to, new Set([...built, ...before]))
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, brotli),
    promisify(gzip)(content, { level: 9 }),
  ])
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
}

/** Removes what neither this build nor the one before it has made, once it is old. */
function prune(folder: string, kept: ReadonlySet<string>): void {
  for (const path of filesOf(join(folder, 'assets'))) {
    const file = join(folder, 'assets', path)
    if (kept.has(join('assets', path.replace(/\.(?:br|gz)$/, '')))) continue
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat !== undefined && stat.mtimeMs < Date.now() - KEPT_MS) rmSync(file, { force: true })
  }
}

function namesOf(folder: string): string[] {
  const list = join(folder, LIST)
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]) : []
}

function filesOf(folder: string): string[] {
  return globSync(['**/*', '.vite/*', '.*'], { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
