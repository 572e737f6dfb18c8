/**
 * Imports go down only. Every folder of `src` names the folders that it may import; a file that
 * imports another folder, an `index` file, or itself in a circle is named, and the exit code is 1. The portal
 * imports what browsers may have.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { portalFaults } from './portal/imports.ts'

export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  domain: ['lib'],
  wire: ['domain', 'lib'],
  'key-table': ['domain', 'lib'],
  config: ['domain', 'lib'],
  observability: ['config', 'lib'],
  calls: ['observability', 'config', 'domain', 'lib'],
  feed: ['key-table', 'observability', 'domain', 'lib'],
  client: ['domain', 'lib'],
  store: ['feed', 'observability', 'config', 'domain', 'lib'],
  languages: ['domain', 'lib'],
  sandbox: ['observability', 'config', 'domain', 'lib'],
  build: ['languages', 'sandbox', 'observability', 'config', 'domain', 'lib'],
  notify: ['domain', 'lib'],
  engine: ['feed', 'languages', 'sandbox', 'wire', 'observability', 'config', 'domain', 'lib'],
  gateway: ['engine', 'feed', 'key-table', 'wire', 'observability', 'config', 'domain', 'lib'],
  control: [
    'store',
    'notify',
    'feed',
    'build',
    'languages',
    'observability',
    'config',
    'domain',
    'lib',
  ],
  api: ['control', 'feed', 'observability', 'config', 'domain', 'lib'],
  server: [
    'api',
    'control',
    'calls',
    'gateway',
    'engine',
    'build',
    'notify',
    'languages',
    'sandbox',
    'store',
    'feed',
    'key-table',
    'observability',
    'config',
    'domain',
    'lib',
  ],
  cli: ['server', 'client', 'config', 'domain', 'lib'],
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\()['"](\.{1,2}\/[^'"]+)['"]/g

/** One sentence per broken rule in the folders `src` and `portal` below `root`. */
export function layerFaults(root: string): string[] {
  const src = join(root, 'src')
  const files = globSync('**/*.ts', { cwd: src }).map((file) => join(src, file))
  const imports = new Map(files.map((file) => [file, importsOf(file)]))
  return [
    ...files.flatMap((file) => directionFaults(src, file, imports.get(file)!)),
    ...cycleFaults(src, imports),
    ...portalFaults(root),
  ]
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
  return [...text.matchAll(IMPORT)].map((match) => resolve(dirname(file), match[1]!))
}

function directionFaults(src: string, file: string, imported: readonly string[]): string[] {
  const from = relative(src, file)
  const folder = from.split('/')[0]!
  const allowed = LAYERS[folder]
  if (allowed === undefined) return [`${from}: the folder ${folder} has no place in the layers`]
  return imported.flatMap((target) => {
    const to = relative(src, target)
    if (to.startsWith('..')) return []
    if (/(^|\/)index\.ts$/.test(to)) return [`${from} imports the index file ${to}`]
    const layer = to.split('/')[0]!
    return layer === folder || allowed.includes(layer) ? [] : [`${from} may not import ${to}`]
  })
}

function cycleFaults(src: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const faults: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      const circle = [...path.slice(path.indexOf(file)), file].map((f) => relative(src, f))
      faults.push(`import cycle: ${circle.join(' -> ')}`)
      return
    }
    state.set(file, 'open')
    for (const next of imports.get(file) ?? []) visit(next, [...path, file])
    state.set(file, 'done')
  }
  for (const file of imports.keys()) visit(file, [])
  return faults
}

if (import.meta.main) {
  const faults = layerFaults(join(import.meta.dirname, '..'))
  for (const fault of faults) console.error(fault)
  console.log(
    faults.length === 0 ? 'layers: imports go down only' : `layers: ${faults.length} faults`,
  )
  process.exitCode = faults.length === 0 ? 0 : 1
}
