import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** By file, then by package, in characters before they are made small. */
export type PackageTable = Readonly<Record<string, Readonly<Record<string, number>>>>

interface ManifestEntry {
  readonly file: string
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** What a page needs before it is there, compressed. */
export const FIRST_LOAD_BYTES_MAX = 250_000
/** Fetched when they are wanted, by no first load. */
export const HEAVY = {
  editor: /^(?:@codemirror\/|@lezer\/|@uiw\/|style-mod$|crelt$|w3c-keyname$)/,
  charts: /^(?:recharts$|@reduxjs\/|react-redux$|d3-|victory-vendor$|decimal\.js-light$)/,
} as const

const ENTRY = 'index.html'

/** The built portal, looked at from outside. */
export class BuiltPortal {
  readonly #folder: string
  readonly #manifest: Readonly<Record<string, ManifestEntry>>
  readonly packages: PackageTable

  constructor(folder: string) {
    this.#folder = folder
    this.#manifest = this.#read('.vite/manifest.json')
    this.packages = this.#read('.packages.json')
  }

  /** Scripts and styles that the browser must have to show a page. @param page - its module, below `portal/` */
  firstLoad(page: string): string[] {
    const files = new Set<string>()
    const visit = (key: string): void => {
      const entry = this.#manifest[key]
      if (entry === undefined) throw new Error(`the build has no ${key}`)
      if (files.has(entry.file)) return
      files.add(entry.file)
      for (const css of entry.css ?? []) files.add(css)
      for (const imported of entry.imports ?? []) visit(imported)
    }
    visit(ENTRY)
    visit(page)
    return [...files]
  }

  /** Files in which one of these packages is more than a tenth. */
  made(of: RegExp): string[] {
    return this.scripts().filter((file) => {
      const parts = Object.entries(this.packages[file] ?? {})
      const all = parts.reduce((sum, [, length]) => sum + length, 0)
      const those = parts.filter(([name]) => of.test(name))
      return those.reduce((sum, [, length]) => sum + length, 0) > all / 10
    })
  }

  scripts(): string[] {
    return Object.keys(this.packages)
  }

  /** The text of every script. */
  scriptTexts(): string[] {
    return this.scripts().map((file) => readFileSync(join(this.#folder, file), 'utf8'))
  }

  /** The text of every style sheet of this build; files of the one before it may lie beside them. */
  styles(): string[] {
    const files = new Set(Object.values(this.#manifest).flatMap(({ css = [] }) => css))
    return [...files].map((file) => readFileSync(join(this.#folder, file), 'utf8'))
  }

  /** As they are sent to a browser that takes Brotli. */
  bytes(files: readonly string[]): number {
    return files.reduce((sum, file) => sum + statSync(join(this.#folder, `${file}.br`)).size, 0)
  }

  #read<T>(file: string): T {
    return JSON.parse(readFileSync(join(this.#folder, file), 'utf8')) as T
  }
}
