import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of what the portal was built. */
export interface Stamp {
  /** Of all files that went into it, by name and content. */
  readonly hash: string
  /** Files outside `portal/` that it imports, relative to the root. */
  readonly modules: readonly string[]
}

/** What counts besides the modules: the portal's own files, what builds it, and the versions of packages. */
const OWN = ['portal/**/*', 'scripts/portal/*', 'scripts/build-portal.ts']

/** @param modules - files outside `portal/` that were imported at the last build */
export function inputsHash(root: string, modules: readonly string[]): string {
  const own = OWN.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: ['portal/node_modules'], withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  )
  const hash = createHash('sha256')
  for (const path of [...new Set([...own, ...modules, 'package-lock.json'])].sort()) {
    const file = join(root, path)
    const content = existsSync(file) ? readFileSync(file) : Buffer.from('gone')
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('base64url')
}
