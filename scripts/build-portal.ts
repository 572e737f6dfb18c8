/**
 * `npm run build`: the portal into `dist/portal`, each file compressed beside itself. Does nothing when what it is made
 * of has not changed. npm's own `prepare` is not used: scripts of packages are switched off in `.npmrc`.
 *
 * With `--optional` a build that fails is told, and the exit code is 0: a server serves its API without a portal.
 */
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inputsHash, type Stamp } from './portal/stamp.ts'

const ROOT = join(import.meta.dirname, '..')
export const PORTAL_FOLDER = join(ROOT, 'dist/portal')
/** Another build on a slow machine. */
const PATIENCE_MS = 300_000
const STAMP = join(PORTAL_FOLDER, '.stamp.json')

/** Builds the portal unless it is built of the same files already. Several that run at a time take turns. */
export async function buildPortal(): Promise<'built' | 'unchanged'> {
  if (isFresh()) return 'unchanged'
  const release = await takeTurn()
  try {
    // Who had the turn before may have built just this.
    if (isFresh()) return 'unchanged'
    await build()
    return 'built'
  } finally {
    release()
  }
}

function isFresh(): boolean {
  if (!existsSync(STAMP)) return false
  const { hash, modules } = JSON.parse(readFileSync(STAMP, 'utf8')) as Stamp
  return hash === inputsHash(ROOT, modules)
}

/** A lock that ends with the process, however it ends. */
async function takeTurn(): Promise<() => void> {
  // Loaded only when there is something to build: it and the bundler take longer than the look.
  const { default: Sqlite } = await import('better-sqlite3')
  mkdirSync(dirname(PORTAL_FOLDER), { recursive: true })
  const lock = new Sqlite(join(dirname(PORTAL_FOLDER), '.portal.lock'), { timeout: PATIENCE_MS })
  lock.exec('BEGIN EXCLUSIVE')
  return () => lock.close()
}

async function build(): Promise<void> {
  const { bundlePortal } = await import('./portal/bundle.ts')
  const { publish } = await import('./portal/publish.ts')
  const before = everything()
  const { folder, modules, remove } = await bundlePortal(ROOT)
  try {
    // What was edited meanwhile must not count as built.
    const hash = everything() === before ? inputsHash(ROOT, modules) : ''
    const stamp: Stamp = { hash, modules }
    await publish(folder, PORTAL_FOLDER, `${JSON.stringify(stamp)}\n`)
  } finally {
    remove()
  }
}

/** Of all that might be imported. */
function everything(): string {
  return inputsHash(ROOT, globSync('src/{client,domain,lib}/*.ts', { cwd: ROOT }))
}

async function main(): Promise<void> {
  const startedAtMs = performance.now()
  try {
    if ((await buildPortal()) === 'unchanged') return
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
    process.stderr.write(`The portal is built (${seconds} s).\n`)
  } catch (error) {
    if (!process.argv.includes('--optional')) throw error
    process.stderr.write(`The portal could not be built, so it is not served: ${String(error)}\n`)
  }
}

if (import.meta.main) await main()
