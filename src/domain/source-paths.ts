import type { SourceFiles } from './function.ts'

const PATH_CHARS_MAX = 200
const SEGMENT_EXPRESSION = /^[A-Za-z0-9_@][A-Za-z0-9_@.+~ -]*$|^\.[A-Za-z0-9_-][A-Za-z0-9_.-]*$/

/**
 * A sentence that says which path is not allowed and why; undefined when all are.
 * `reserved` names, in lower case, may stand at no place of a path: file systems that ignore case
 * would otherwise let `Package.json` through.
 */
export function refusedPath(files: SourceFiles, reserved: ReadonlySet<string>): string | undefined {
  const folded = new Set<string>()
  for (const path of Object.keys(files)) {
    const reason = refusal(path, reserved)
    if (reason !== undefined) return `The file ${JSON.stringify(path)} ${reason}.`
    const lower = path.toLowerCase()
    if (folded.has(lower)) return `The file ${JSON.stringify(path)} is given twice.`
    folded.add(lower)
  }
  for (const path of folded) {
    const folder = parents(path).find((parent) => folded.has(parent))
    if (folder !== undefined) return `The file ${JSON.stringify(folder)} is also used as a folder.`
  }
  return undefined
}

function refusal(path: string, reserved: ReadonlySet<string>): string | undefined {
  if (path === '' || path.length > PATH_CHARS_MAX) {
    return `needs a path of 1 to ${PATH_CHARS_MAX} characters`
  }
  if (path.startsWith('/')) return 'has an absolute path; paths are relative to the function'
  for (const segment of path.split('/')) {
    if (segment === '.' || segment === '..') return 'leads out of the function by its path'
    if (!SEGMENT_EXPRESSION.test(segment)) return 'has a path with an empty or unusual part'
    if (reserved.has(segment.toLowerCase())) return `uses the reserved name ${segment}`
  }
  return undefined
}

/** `a/b/c` has the parents `a` and `a/b`. */
function parents(path: string): string[] {
  const segments = path.split('/')
  return segments.slice(1).map((_, i) => segments.slice(0, i + 1).join('/'))
}
