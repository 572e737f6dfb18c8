import { queryOptions } from '@tanstack/react-query'
import { withEditTag } from '../../../src/client/edit-tag.ts'
import type { NamedListQuery } from '../../../src/client/namespaces.ts'
import type { NamespaceSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

export const namespacesQuery = (scope: Scope, query: NamedListQuery) =>
  queryOptions({
    queryKey: ['namespaces', scope, 'list', query],
    queryFn: () => api.namespaces.list(scope, { ...query, functions: false }),
    placeholderData: (before) => before,
  })

/** A namespace without its functions, and the tag that says which state of it this is. */
export interface ReadNamespace {
  readonly namespace: NamespaceSerializer
  readonly tag: string | undefined
}

export async function readNamespace(
  scope: Scope,
  name: string,
  signal?: AbortSignal,
): Promise<ReadNamespace> {
  const { value, tag } = await withEditTag((onHeaders) =>
    api.namespaces.get(scope, name, { functions: false }, { signal, onHeaders }),
  )
  return { namespace: value, tag }
}

export const namespaceQuery = (scope: Scope, name: string) =>
  queryOptions({
    queryKey: ['namespaces', scope, 'one', name],
    queryFn: ({ signal }) => readNamespace(scope, name, signal),
  })

export function functionsOf(namespace: NamespaceSerializer): number {
  return namespace.functions_deploy_status.total ?? namespace.functions.length
}

/** The keys that open the namespace as such. */
export const namespaceKeysQuery = (scope: Scope, name: string) =>
  queryOptions({
    queryKey: ['keys', scope, 'of-namespace', name],
    queryFn: () => api.keys.list(scope, { namespace: name, limit: 1000, order_by: 'name.asc' }),
  })
