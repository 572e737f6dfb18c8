import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** What the portal may have of `src`. */
const ALLOWED = /^src\/(?:client|domain|lib)\//
/** Imports that are there when the code runs, and those of types alone. */
const IMPORT =
  /\b(import|export)\s+(type\s)?(?:[\w*{][^'"`;]*?from\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

interface Import {
  readonly target: string
  readonly isType: boolean
}

/** One sentence for each import by which the portal would hold more than a browser may have. */
export function portalFaults(root: string): string[] {
  const faults = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: string, importer: string): void => {
    if (seen.has(file) || !existsSync(join(root, file))) return
    seen.add(file)
    for (const { target, isType } of importsOf(join(root, file))) {
      if (target.startsWith('node:')) {
        if (!isType)
          faults.add(`${file} imports ${target}, and the portal imports it (${importer})`)
        continue
      }
      if (!target.startsWith('.')) continue
      const to = relative(root, resolve(root, dirname(file), target))
      if (to.startsWith('src/') && !ALLOWED.test(to)) faults.add(`${file} may not import ${to}`)
      else if (!isType && to.startsWith('src/')) visit(to, file)
    }
  }
  for (const file of globSync('portal/src/**/*.{ts,tsx}', { cwd: root })) visit(file, file)
  return [...faults].sort()
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
  return [...text.matchAll(IMPORT)].map(([, , type, from, loaded]) => ({
    target: (from ?? loaded)!,
    isType: type !== undefined,
  }))
}
