import { isUtf8 } from 'node:buffer'
import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { CODE_CHARS_MAX } from '../../domain/function-limits.ts'
import { usage } from '../failure.ts'
import { MANIFEST_FILE } from './manifest.ts'
import { layoutOf, NODE_LAYOUT, type SourceLayout } from './source-layouts.ts'

export interface SourceFolder {
  readonly layout: SourceLayout
  readonly codeText: string
  readonly dependencies: string
  /** Further text files by path relative to the folder. */
  readonly files: Readonly<Record<string, string>>
  /** How many files of the folder are in this. */
  readonly fileCount: number
}

const BYTES_MAX = 1024 * 1024
/** Not part of the source: what is installed, and the locks that a build makes itself. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'node_modules',
  MANIFEST_FILE,
  'package-lock.json',
  'npm-shrinkwrap.json',
  '__pycache__',
])

/** @param main - The file with the handler; undefined infers it. */
export function readSourceFolder(folder: string, main: string | undefined): SourceFolder {
  const found = new Collector(folder).collect()
  const fileCount = found.size
  const layout = layoutOf(found, main)
  const isNode = layout === NODE_LAYOUT
  const dependencies = found.get(layout.dependenciesFile) ?? ''
  found.delete(layout.dependenciesFile)
  const entry = findMain(found, main ?? (isNode ? mainOf(dependencies) : undefined), layout)
  const files = new Map(found)
  let codeText = files.get(entry)!
  // The code stands at the top of the built folder, where the main file's own imports would miss.
  if (isNode && entry.includes('/')) codeText = forwardTo(entry, dependencies)
  else files.delete(entry)
  if (codeText.length === 0) throw usage(`${entry} is empty.`)
  if (codeText.length > CODE_CHARS_MAX) {
    throw usage(
      `${entry} has more than ${CODE_CHARS_MAX} characters.`,
      'Move parts of it into other files, which it imports.',
    )
  }
  return { layout, codeText, dependencies, files: Object.fromEntries(files), fileCount }
}

function findMain(
  found: ReadonlyMap<string, string>,
  named: string | undefined,
  layout: SourceLayout,
): string {
  if (named !== undefined) {
    const path = posix.normalize(named).replace(/^\.\//, '')
    if (found.has(path)) return path
    throw usage(
      `The main file ${JSON.stringify(named)} is not in the folder.`,
      `Mend "main" in ${MANIFEST_FILE} or ${layout.dependenciesFile}.`,
    )
  }
  const candidates = layout.mains
  const entry = candidates.find((path) => found.has(path))
  if (entry !== undefined) return entry
  throw usage(
    `The folder has no main file: none of ${candidates.join(', ')}.`,
    `Name it as "main" in ${MANIFEST_FILE}.`,
  )
}

/** `main` of the `package.json`; what it has wrong otherwise is for the build to say. */
function mainOf(dependencies: string): string | undefined {
  const main = parsePackage(dependencies).main
  return typeof main === 'string' && main !== '' ? main : undefined
}

function forwardTo(entry: string, dependencies: string): string {
  const path = JSON.stringify(`./${entry}`)
  return parsePackage(dependencies).type === 'module'
    ? `export * from ${path}\nimport * as all from ${path}\nexport default all.default ?? all\n`
    : `module.exports = require(${path})\n`
}

function parsePackage(text: string): { main?: unknown; type?: unknown } {
  if (text === '') return {}
  try {
    return JSON.parse(text) ?? {}
  } catch (error) {
    throw usage(`${NODE_LAYOUT.dependenciesFile} is not valid JSON: ${(error as Error).message}.`)
  }
}

/** Every text file below a folder; what cannot be sent is reported at once, by name. */
class Collector {
  readonly #folder: string
  readonly #found = new Map<string, string>()
  readonly #refused: string[] = []
  #bytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  collect(): Map<string, string> {
    if (!existsSync(this.#folder) || !statSync(this.#folder).isDirectory()) {
      throw usage(`There is no folder ${this.#folder}.`)
    }
    this.#visit('')
    if (this.#refused.length > 0) {
      throw usage(
        `These files cannot be deployed:\n  ${this.#refused.join('\n  ')}`,
        'Move them out of the folder; names that begin with a dot are left out.',
      )
    }
    return this.#found
  }

  #visit(below: string): void {
    const entries = readdirSync(join(this.#folder, below), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) continue
      this.#take(entry, posix.join(below, entry.name))
    }
  }

  #take(entry: Dirent, path: string): void {
    if (entry.isDirectory()) this.#visit(path)
    else if (entry.isFile()) this.#read(path)
    // A link could bring a file in that was never meant to leave the machine.
    else this.#refused.push(`${path} is ${entry.isSymbolicLink() ? 'a link' : 'no regular file'}`)
  }

  #read(path: string): void {
    const full = join(this.#folder, path)
    this.#bytes += statSync(full).size
    if (this.#bytes > BYTES_MAX) {
      throw usage('The folder has more than 1 MiB of files.', 'Move what is not source out of it.')
    }
    const bytes = readFileSync(full)
    if (!isUtf8(bytes) || bytes.includes(0)) this.#refused.push(`${path} is not a text file`)
    else this.#found.set(path, bytes.toString())
  }
}
