import { globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Rolldown } from 'vite'
import type { PackageTable } from './sizes.ts'

/** No build takes so long. */
const LEFTOVER_MS = 3_600_000

export interface Bundle {
  readonly folder: string
  /** Files outside `portal/` and of no package that went into it, relative to the root. */
  readonly modules: readonly string[]
  /** Removes the folder. */
  remove(): void
}

/** Vite's build, in a folder of its own. */
export async function bundlePortal(root: string): Promise<Bundle> {
  const dist = join(root, 'dist')
  mkdirSync(dist, { recursive: true })
  removeLeftovers(dist)
  const folder = mkdtempSync(join(dist, '.portal-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // A test run has another, and what is tested is what is shipped.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    const built = await build({
      root: join(root, 'portal'),
      mode: 'production',
      configLoader: 'native',
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: false, chunkSizeWarningLimit: 700 },
    })
    const chunks = chunksOf([built].flat() as Rolldown.RolldownOutput[])
    writeFileSync(join(folder, '.packages.json'), JSON.stringify(packagesOf(chunks)))
    return { folder, modules: modulesOf(root, chunks), remove }
  } catch (error) {
    remove()
    throw error
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
}

/** Of builds that were killed. */
function removeLeftovers(dist: string): void {
  for (const name of globSync('.portal-*', { cwd: dist })) {
    const stat = statSync(join(dist, name), { throwIfNoEntry: false })
    if (stat !== undefined && stat.mtimeMs < Date.now() - LEFTOVER_MS) {
      rmSync(join(dist, name), { recursive: true, force: true })
    }
  }
}

function chunksOf(outputs: readonly Rolldown.RolldownOutput[]): Rolldown.OutputChunk[] {
  return outputs.flatMap(({ output }) => output.filter((part) => part.type === 'chunk'))
}

function modulesOf(root: string, chunks: readonly Rolldown.OutputChunk[]): string[] {
  return chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .map((id) => relative(root, id.split('?', 1)[0]!))
    .filter((path) => /^src\//.test(path))
    .sort()
}

/** What each file is made of: characters by package; the portal's own code is `.`. */
function packagesOf(chunks: readonly Rolldown.OutputChunk[]): PackageTable {
  return Object.fromEntries(
    chunks.map(({ fileName, modules }) => {
      const lengths: Record<string, number> = {}
      for (const [id, { renderedLength }] of Object.entries(modules)) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(id)?.[1] ?? '.'
        lengths[name] = (lengths[name] ?? 0) + renderedLength
      }
      return [fileName, lengths]
    }),
  )
}
