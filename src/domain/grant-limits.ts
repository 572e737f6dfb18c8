import type { GrantLimits } from './key.ts'

/**
 * What a reader may take for another path than the one that is written there: a segment that is `.` or
 * `..`, parameters behind it included, an empty segment, and a separator that is encoded or of another kind.
 */
const AMBIGUOUS = /\\|\/\/|%2f|%5c|\/(?:\.|%2e){1,2}(?:\/|;|%3b|$)/i

/** Such a path is under no prefix, and is none. */
export function isAmbiguousPath(path: string): boolean {
  return AMBIGUOUS.test(path)
}

/**
 * Whether a request lies within the limits of a grant.
 *
 * @param method - As it was sent; `HEAD` is as good as `GET`.
 * @param target - The function's own path and query as they were sent, nothing decoded.
 */
export function permits(limits: GrantLimits, method: string, target: string): boolean {
  const { methods, paths } = limits
  if (methods.length > 0 && !coversMethod(methods, method)) return false
  return paths.length === 0 || coversTarget(paths, target)
}

function coversMethod(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

/** The function may resolve or decode what is compared here as it is written, so that must not matter. */
function coversTarget(prefixes: readonly string[], target: string): boolean {
  const end = target.indexOf('?')
  const path = end === -1 ? target : target.slice(0, end)
  return !isAmbiguousPath(path) && prefixes.some((prefix) => liesUnder(path, prefix))
}

/** By whole segments: `/a` has `/a` and `/a/b` under it, and so has `/a/`. */
function liesUnder(path: string, prefix: string): boolean {
  let end = prefix.length
  while (end > 0 && prefix.charCodeAt(end - 1) === SLASH) end -= 1
  if (!path.startsWith(prefix.slice(0, end))) return false
  return path.length === end || path.charCodeAt(end) === SLASH
}

const SLASH = '/'.charCodeAt(0)
