import type { FieldError } from './errors.ts'
import { isAmbiguousPath } from './grant-limits.ts'
import type { GrantLimits, Labels } from './key.ts'

/* What labels, limits and times of a key may be. */

export const LABELS_MAX = 64
export const LABEL_NAME_PATTERN = '^[a-zA-Z0-9]([-_./a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$'
/** May be empty. Neither quotes nor backslashes: the store searches its JSON text. */
export const LABEL_VALUE_PATTERN = '^([a-zA-Z0-9]([-_./:@+a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)?$'
export const LABEL_NAME_RULE =
  'must be 1 to 63 letters, digits, `-`, `_`, `.` and `/`, a letter or digit at both ends'
export const LABEL_VALUE_RULE =
  'must be empty, or 1 to 63 letters, digits, `-`, `_`, `.`, `/`, `:`, `@` and `+`, a letter or digit at both ends'

export const METHODS_MAX = 32
export const METHOD_CHARS_MAX = 32
/** RFC 9110, 5.6.2. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export const PATHS_MAX = 32
export const PATH_CHARS_MAX = 256
/** RFC 3986, 3.3: segments of what may stand in a path as it is, or escaped. */
const PATH = /^(\/([-._~!$&'()*+,;=:@a-zA-Z0-9]|%[0-9a-fA-F]{2})*)+$/
/** Methods and paths of all its grants together: every node keeps them in memory. */
export const LIMITS_OF_KEY_MAX = 2000

const labelName = new RegExp(LABEL_NAME_PATTERN)
const labelValue = new RegExp(LABEL_VALUE_PATTERN)

export function isLabelName(text: string): boolean {
  return labelName.test(text)
}

export function isLabelValue(text: string): boolean {
  return labelValue.test(text)
}

export function labelErrors(labels: Labels): FieldError[] {
  const entries = Object.entries(labels)
  if (entries.length > LABELS_MAX) {
    return [{ field: 'labels', message: `has ${entries.length} labels; at most ${LABELS_MAX}` }]
  }
  return entries.flatMap(([name, value]) => {
    const field = `labels.${name}`
    if (!isLabelName(name)) return [{ field, message: `has a name that ${LABEL_NAME_RULE}` }]
    return isLabelValue(value) ? [] : [{ field, message: LABEL_VALUE_RULE }]
  })
}

/** As they are kept: methods in upper case, paths without a slash at their end, nothing twice. */
export function normalLimits({ methods, paths }: GrantLimits): GrantLimits {
  return {
    methods: [...new Set(methods.map((method) => method.toUpperCase()))],
    paths: [...new Set(paths.map((path) => (path.length > 1 ? path.replace(/\/$/, '') : path)))],
  }
}

/** @param list - The member that the grants are, `functions`. */
export function grantErrors(grants: readonly GrantLimits[], list: string): FieldError[] {
  const errors = limitCountErrors(grants, list)
  return errors.length > 0 ? errors : grants.flatMap((one, i) => limitErrors(one, `${list}.${i}`))
}

/** @param grants - All that a key has, of functions and of namespaces. */
export function limitCountErrors(grants: readonly GrantLimits[], list: string): FieldError[] {
  const count = grants.reduce((sum, one) => sum + one.methods.length + one.paths.length, 0)
  if (count <= LIMITS_OF_KEY_MAX) return []
  const message = `have ${count} methods and paths together; at most ${LIMITS_OF_KEY_MAX}`
  return [{ field: list, message }]
}

/** @param field - Of the grant, `functions.0`. */
export function limitErrors({ methods, paths }: GrantLimits, field: string): FieldError[] {
  return [
    ...tooMany(`${field}.methods`, methods, METHODS_MAX),
    ...tooMany(`${field}.paths`, paths, PATHS_MAX),
    ...methods.flatMap((method, i) =>
      METHOD.test(method) && method.length <= METHOD_CHARS_MAX
        ? []
        : [{ field: `${field}.methods.${i}`, message: 'must be the name of an HTTP method' }],
    ),
    ...paths.flatMap((path, i) => {
      const message = pathFault(path)
      return message === undefined ? [] : [{ field: `${field}.paths.${i}`, message }]
    }),
  ]
}

function tooMany(field: string, list: readonly unknown[], most: number): FieldError[] {
  if (list.length <= most) return []
  return [{ field, message: `has ${list.length} entries; at most ${most}` }]
}

function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must begin with a slash'
  if (path.length > PATH_CHARS_MAX) return `must have at most ${PATH_CHARS_MAX} characters`
  if (!PATH.test(path)) return 'must be a path as it stands in a URL, without query and fragment'
  return isAmbiguousPath(path)
    ? 'must have no empty, `.` or `..` segment and no escaped slash or backslash'
    : undefined
}

/** A key must have some time to work in. */
export function timeErrors(times: {
  readonly notBeforeMs: number | null
  readonly expireMs: number | null
}): FieldError[] {
  const { notBeforeMs, expireMs } = times
  if (notBeforeMs === null || expireMs === null || notBeforeMs < expireMs) return []
  return [{ field: 'not_before', message: 'must lie before expire' }]
}
