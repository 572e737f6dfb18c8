/** Names of keys, namespaces and functions, as in the wire contract. */
export const NAME_PATTERN = '^[a-z][-a-z0-9]{0,24}[a-z0-9]$'
export const PROJECT_NAME_PATTERN = '^[a-zA-Z0-9][a-zA-Z 0-9._\\-]{1,61}[a-zA-Z0-9._]$'
export const ENV_NAME_PATTERN = '^[a-zA-Z_][a-zA-Z0-9_]*$'

const nameExpression = new RegExp(NAME_PATTERN)

export function isName(text: string): boolean {
  return nameExpression.test(text)
}

/** Where a key, a namespace or a function lives. */
export interface Scope {
  readonly projectId: number
  readonly regionId: number
}

/** A function as clients name it. */
export interface FunctionName {
  readonly namespace: string
  readonly name: string
}

/** `demo/hello`, the form that people type and read. */
export function formatFunctionName(fn: FunctionName): string {
  return `${fn.namespace}/${fn.name}`
}

/** The reverse of {@link formatFunctionName}; undefined when the text is no such pair of names. */
export function parseFunctionName(text: string): FunctionName | undefined {
  const [namespace, name, ...rest] = text.split('/')
  if (namespace === undefined || name === undefined || rest.length > 0) return undefined
  return isName(namespace) && isName(name) ? { namespace, name } : undefined
}
