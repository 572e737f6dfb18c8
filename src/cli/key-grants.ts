import { InvalidArgumentError } from 'commander'
import { limitErrors, normalLimits } from '../domain/key-rules.ts'
import {
  type FunctionName,
  formatFunctionName,
  isName,
  parseFunctionName,
} from '../domain/names.ts'

/*
 *  demo/hello                     all of the function
 *  demo/hello:GET,POST            with these methods
 *  demo/hello:GET:/orders,/items  and only below these paths
 *  demo/hello::/orders            with every method below this path
 *  demo:GET                       the same for a namespace
 */

interface Limits {
  readonly methods?: string[]
  readonly paths?: string[]
}
export type GrantedFunction = FunctionName & Limits
export type GrantedNamespace = { readonly name: string } & Limits

export const FUNCTION_GRANT = '<namespace/name[:methods[:paths]]>'
export const NAMESPACE_GRANT = '<namespace[:methods[:paths]]>'

export function grantedFunction(text: string): GrantedFunction {
  const { name, limits } = parts(text)
  const fn = parseFunctionName(name)
  if (fn !== undefined) return { ...fn, ...limits }
  throw new InvalidArgumentError('A function is named <namespace>/<name>, such as demo/hello.')
}

export function grantedNamespace(text: string): GrantedNamespace {
  const { name, limits } = parts(text)
  if (isName(name)) return { name, ...limits }
  throw new InvalidArgumentError('It must begin with the name of a namespace, such as demo.')
}

/** As it would be written in an option; a namespace as `demo/*`. */
export function formatFunctionGrant(grant: GrantedFunction): string {
  return formatFunctionName(grant) + limitsText(grant)
}

export function formatNamespaceGrant(grant: GrantedNamespace): string {
  return `${grant.name}/*${limitsText(grant)}`
}

function limitsText({ methods = [], paths = [] }: Limits): string {
  if (paths.length > 0) return `:${methods.join(',')}:${paths.join(',')}`
  return methods.length === 0 ? '' : `:${methods.join(',')}`
}

function parts(text: string): { name: string; limits: Limits } {
  const [name = '', methodsText = '', ...rest] = text.split(':')
  const listed = { methods: list(methodsText), paths: list(rest.join(':')) }
  const [wrong] = limitErrors(listed, 'it')
  if (wrong !== undefined) {
    const [, kind, index] = wrong.field.split('.') as [string, keyof typeof listed, string?]
    const value = index === undefined ? kind : listed[kind][Number(index)]
    throw new InvalidArgumentError(`${value} ${wrong.message}.`)
  }
  const { methods, paths } = normalLimits(listed)
  return {
    name,
    limits: {
      ...(methods.length === 0 ? {} : { methods: [...methods] }),
      ...(paths.length === 0 ? {} : { paths: [...paths] }),
    },
  }
}

function list(text: string): string[] {
  return text === '' ? [] : text.split(',')
}
