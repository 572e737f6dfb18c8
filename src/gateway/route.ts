/** Which function a request is for, and what it shall see as its target. */
export interface Place {
  readonly label: string
  /** Path and query, raw, at least `/`. */
  readonly target: string
}

/**
 * Finds the label in the request target, or in the host when that lies under `domain`. The label is
 * cut out byte for byte and nothing is decoded or resolved, so no spelling of a path can mean
 * one function here and another one further on. Undefined for a target that names nothing.
 */
export function locate(
  requestTarget: string,
  host: string,
  domain: string | undefined,
): Place | undefined {
  let target = requestTarget
  let authority = host
  if (target.charCodeAt(0) !== SLASH) {
    const absolute = ABSOLUTE_FORM.exec(target)
    if (absolute === null) return undefined
    // RFC 9112, 3.2.2: the authority of an absolute target replaces the Host header.
    authority = absolute[1]!
    target = atLeastSlash(absolute[2]!)
  }
  const hostLabel = domain === undefined ? undefined : labelOfHost(authority, domain)
  return hostLabel === undefined ? locateByPath(target) : { label: hostLabel, target }
}

/**
 * Whether a target is no target, or names another host than the request's own. A fragment is never sent: one
 * reader takes it for a part of the path, and another one ends the path there.
 */
export function isMalformedTarget(
  requestTarget: string,
  named: { readonly host: string; readonly hostCount: number },
): boolean {
  if (requestTarget.includes('#')) return true
  if (requestTarget.charCodeAt(0) === SLASH || requestTarget === '*') return false
  const authority = ABSOLUTE_FORM.exec(requestTarget)?.[1]
  if (authority === undefined) return true
  // RFC 9112, 3.2.2: a client must send the same in both. Which of them counts depends on the reader.
  return named.hostCount > 0 && authority.toLowerCase() !== named.host.toLowerCase()
}

const SLASH = '/'.charCodeAt(0)
const QUESTION_MARK = '?'.charCodeAt(0)
const ABSOLUTE_FORM = /^https?:\/\/([^/?#@]+)((?:[/?].*)?)$/i

function locateByPath(target: string): Place {
  let end = 1
  while (end < target.length) {
    const code = target.charCodeAt(end)
    if (code === SLASH || code === QUESTION_MARK) break
    end += 1
  }
  return { label: target.slice(1, end), target: atLeastSlash(target.slice(end)) }
}

function atLeastSlash(rest: string): string {
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`
}

/** `<label>` of `<label>.<domain>`, whatever the case, port and trailing dot; undefined for another host. */
function labelOfHost(host: string, domain: string): string | undefined {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()
  const suffix = `.${domain}`
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined
}
