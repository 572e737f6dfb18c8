import { queryOptions } from '@tanstack/react-query'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

const REFETCH_MS = 5_000

export const nodesQuery = queryOptions({
  queryKey: ['nodes'],
  queryFn: () => api.nodes.get(),
  refetchInterval: REFETCH_MS,
})

export const isolationQuery = queryOptions({
  queryKey: ['isolation'],
  queryFn: () => api.isolation.get(),
  staleTime: 60_000,
})

export const runtimesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['runtimes', scope],
    queryFn: () => api.runtimes.list(scope),
    staleTime: 60_000,
  })
