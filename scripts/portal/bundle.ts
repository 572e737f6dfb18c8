import { globSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Rolldown } from 'vite'

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
  try {
    const result = await build({
      root: join(root, 'portal'),
      mode: 'production',
      configLoader: 'native',
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: false, chunkSizeWarningLimit: 700 },
    })
    return {
      folder,
      modules: modulesOf(root, [result].flat() as Rolldown.RolldownOutput[]),
      remove,
    }
  } catch (error) {
    remove()
    throw error
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

function modulesOf(root: string, outputs: readonly Rolldown.RolldownOutput[]): string[] {
  const ids = outputs.flatMap(({ output }) =>
    output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : [])),
  )
  return ids
    .map((id) => relative(root, id.split('?', 1)[0]!))
    .filter((path) => /^src\//.test(path))
    .sort()
}
