/**
 * The part of a URL, or of the target of a request, that may be shown: people put secrets into query
 * strings, and before the host.
 */
export function shownUrl(url: string): string {
  return withoutUserInfo(url.slice(0, endOfPath(url)))
}

/** Where its query or its fragment begins. */
export function endOfPath(url: string): number {
  const query = url.indexOf('?')
  if (query !== -1) return query
  const fragment = url.indexOf('#')
  return fragment === -1 ? url.length : fragment
}

/** Without name and password, which only an absolute one can have. */
export function withoutUserInfo(url: string): string {
  return url.replace(USER_INFO, '$1')
}

const USER_INFO = /^([a-z][-+.a-z0-9]*:\/\/)[^/?#]*@/i
