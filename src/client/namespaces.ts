import type { Scope } from '../domain/names.ts'
import { type Send, segments } from './http.ts'
import type { BoundOptions, HeadOptions } from './keys.ts'
import type {
  ChangeNamespaceSerializer,
  CreateNamespaceSerializer,
  FunctionNamesListSerializer,
  FunctionsOrderByChoices,
  NamespaceListSerializer,
  NamespaceSerializer,
  TaskIDsSerializer,
} from './types.ts'

/** Also of the functions of a namespace. */
export interface NamedListQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly search?: string | undefined
  readonly order_by?: FunctionsOrderByChoices | undefined
}

export interface NamespaceQuery {
  /** Whether it comes with its functions, which it does unless told; how many there are is told anyway. */
  readonly functions?: boolean | undefined
}

export function namespaceCalls(send: Send) {
  const path = (scope: Scope, ...rest: string[]) =>
    segments('faas', 'namespaces', scope.projectId, scope.regionId, ...rest)
  return {
    /** Each with its functions, unless told otherwise. */
    list: (scope: Scope, query: NamedListQuery & NamespaceQuery = {}) =>
      send<NamespaceListSerializer>('GET', path(scope), { query: { ...query } }),
    /** What all their functions are called, by namespace. */
    functionNames: (
      scope: Scope,
      query: { readonly limit?: number; readonly offset?: number } = {},
    ) =>
      send<FunctionNamesListSerializer>(
        'GET',
        segments('faas', 'function_names', scope.projectId, scope.regionId),
        { query },
      ),
    /** The head's `ETag` is what `ifMatch` of a change takes. */
    get: (scope: Scope, name: string, query: NamespaceQuery = {}, options: HeadOptions = {}) =>
      send<NamespaceSerializer>('GET', path(scope, name), { ...options, query: { ...query } }),
    create: (scope: Scope, body: CreateNamespaceSerializer) =>
      send<TaskIDsSerializer>('POST', path(scope), { body }),
    update: (
      scope: Scope,
      name: string,
      body: ChangeNamespaceSerializer,
      options: BoundOptions = {},
    ) => send<TaskIDsSerializer>('PATCH', path(scope, name), { ...options, body }),
    /** Deletes its functions with it. */
    delete: (scope: Scope, name: string, options: Pick<BoundOptions, 'ifMatch'> = {}) =>
      send<TaskIDsSerializer>('DELETE', path(scope, name), options),
  }
}
