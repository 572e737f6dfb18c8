import type { Scope } from '../../../src/domain/names.ts'

/** The project and region that an address names; undefined for pages of none. */
export function scopeOf(pathname: string): Scope | undefined {
  const match = /^\/p\/(\d+)\/(\d+)(?:\/|$)/.exec(pathname)
  return match === null ? undefined : { projectId: Number(match[1]), regionId: Number(match[2]) }
}

/** The same page elsewhere, as far as it can be there too: of a list yes, of one thing its list. */
export function pathIn(scope: Scope, pathname: string): string {
  const base = `/p/${scope.projectId}/${scope.regionId}`
  const rest = pathname.split('/').slice(4)
  if (scopeOf(pathname) === undefined || rest.length === 0) return `${base}/functions`
  return `${base}/${(rest[0] === 'settings' ? rest : rest.slice(0, 1)).join('/')}`
}
