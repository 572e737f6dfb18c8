import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { type FunctionName, formatFunctionName } from '../../../src/domain/names.ts'
import { counted } from '../ui/counted.ts'

/** What of a function may be called; empty for every method, and for every path. */
export interface AccessLimits {
  readonly methods: readonly string[]
  readonly paths: readonly string[]
}

export interface FunctionAccess extends FunctionName, AccessLimits {}

/** Of all functions of the namespace, those that come later too. */
export interface NamespaceAccess extends AccessLimits {
  readonly name: string
}

/** What a key opens. */
export interface Access {
  readonly functions: readonly FunctionAccess[]
  readonly namespaces: readonly NamespaceAccess[]
}

export const NO_ACCESS: Access = { functions: [], namespaces: [] }
const UNLIMITED: AccessLimits = { methods: [], paths: [] }

export function accessOf(key: Pick<FaasApiKeySerializer, 'functions' | 'namespaces'>): Access {
  return {
    functions: key.functions.map(({ namespace, name, methods = [], paths = [] }) => ({
      ...{ namespace, name, methods, paths },
    })),
    namespaces: key.namespaces.map(({ name, methods = [], paths = [] }) => ({
      ...{ name, methods, paths },
    })),
  }
}

/** As the API takes it. */
export function accessBody({ functions, namespaces }: Access) {
  const limitsOf = ({ methods, paths }: AccessLimits) => ({
    ...(methods.length > 0 && { methods: [...methods] }),
    ...(paths.length > 0 && { paths: [...paths] }),
  })
  return {
    functions: functions.map((one) => ({
      ...{ namespace: one.namespace, name: one.name },
      ...limitsOf(one),
    })),
    namespaces: namespaces.map((one) => ({ name: one.name, ...limitsOf(one) })),
  }
}

export function isLimited({ methods, paths }: AccessLimits): boolean {
  return methods.length + paths.length > 0
}

export function opensNothing({ functions, namespaces }: Access): boolean {
  return functions.length + namespaces.length === 0
}

/** `1 whole namespace and 3 functions`. */
export function accessText({ functions, namespaces }: Access): string {
  const parts = [
    ...(namespaces.length > 0 ? [counted(namespaces.length, 'whole namespace')] : []),
    ...(functions.length > 0 ? [counted(functions.length, 'function')] : []),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(' and ')
}

/** `GET and POST under /orders`; `every method and path`. */
export function limitsText({ methods, paths }: AccessLimits): string {
  if (!isLimited({ methods, paths })) return 'every method and path'
  const how = methods.length === 0 ? 'every method' : methods.join(', ')
  return paths.length === 0 ? `${how}, every path` : `${how} under ${paths.join(', ')}`
}

/** A whole namespace opens its functions as it is; named beside it they would say the same twice. */
export function withNamespace(access: Access, name: string, isOn: boolean): Access {
  const namespaces = access.namespaces.filter((one) => one.name !== name)
  if (!isOn) return { ...access, namespaces }
  return {
    functions: access.functions.filter((one) => one.namespace !== name || isLimited(one)),
    namespaces: [...namespaces, { name, ...UNLIMITED }],
  }
}

/** Those that are there already keep their limits. */
export function withFunctions(
  access: Access,
  namespace: string,
  names: readonly string[],
  isOn: boolean,
): Access {
  const named = new Set(names)
  const isNamed = (one: FunctionName) => one.namespace === namespace && named.has(one.name)
  if (!isOn) return { ...access, functions: access.functions.filter((one) => !isNamed(one)) }
  const present = new Set(access.functions.filter(isNamed).map(({ name }) => name))
  const added = names.filter((name) => !present.has(name))
  return {
    ...access,
    functions: [...access.functions, ...added.map((name) => ({ namespace, name, ...UNLIMITED }))],
  }
}

/** A grant of either kind, as the list of what is chosen shows it. */
export type Grant =
  | ({ readonly kind: 'namespace' } & NamespaceAccess)
  | ({ readonly kind: 'function' } & FunctionAccess)

/** In the order of what they open: a namespace before its functions. */
export function grantsOf({ functions, namespaces }: Access): Grant[] {
  const grants: Grant[] = [
    ...namespaces.map((one) => ({ kind: 'namespace' as const, ...one })),
    ...functions.map((one) => ({ kind: 'function' as const, ...one })),
  ]
  const byName = (grant: Grant) => grantId(grant)
  return grants.sort((a, b) => (byName(a) < byName(b) ? -1 : 1))
}

/** `demo/` for the namespace, `demo/hello` for the function. */
export function grantId(grant: Grant): string {
  return grant.kind === 'namespace' ? `${grant.name}/` : formatFunctionName(grant)
}

export function withLimits(access: Access, grant: Grant, { methods, paths }: AccessLimits): Access {
  if (grant.kind === 'namespace') {
    const changed = (one: NamespaceAccess) =>
      one.name === grant.name ? { ...one, methods, paths } : one
    return { ...access, namespaces: access.namespaces.map(changed) }
  }
  const changed = (one: FunctionAccess) =>
    one.name === grant.name && one.namespace === grant.namespace ? { ...one, methods, paths } : one
  return { ...access, functions: access.functions.map(changed) }
}

export function without(access: Access, grant: Grant): Access {
  return grant.kind === 'namespace'
    ? withNamespace(access, grant.name, false)
    : withFunctions(access, grant.namespace, [grant.name], false)
}

/** Whether two say the same, whatever their order. */
export function sameAccess(a: Access, b: Access): boolean {
  const text = (access: Access) =>
    JSON.stringify(
      grantsOf(access).map((grant) => [
        grantId(grant),
        [...grant.methods].sort(),
        [...grant.paths].sort(),
      ]),
    )
  return text(a) === text(b)
}
