import { queryOptions } from '@tanstack/react-query'
import type { NamedListQuery } from '../../../src/client/namespaces.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

export const namespacesQuery = (scope: Scope, query: NamedListQuery) =>
  queryOptions({
    queryKey: ['namespaces', scope, 'list', query],
    queryFn: () => api.namespaces.list(scope, { ...query, functions: false }),
    placeholderData: (before) => before,
  })

export const namespaceQuery = (scope: Scope, name: string) =>
  queryOptions({
    queryKey: ['namespaces', scope, 'one', name],
    queryFn: () => api.namespaces.get(scope, name, { functions: false }),
  })

/** The keys that open the namespace as such. */
export const namespaceKeysQuery = (scope: Scope, name: string) =>
  queryOptions({
    queryKey: ['keys', scope, 'of-namespace', name],
    queryFn: () => api.keys.list(scope, { namespace: name, limit: 1000, order_by: 'name.asc' }),
  })
