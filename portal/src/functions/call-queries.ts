import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { CallSerializer, CallStateChoices } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

/** Calls go on by themselves: those that have not ended are looked at oftener. */
const UNDER_WAY_REFETCH_MS = 2_000
const REFETCH_MS = 10_000

export const callsKey = (scope: Scope, { namespace, name }: FunctionName) =>
  ['functions', scope, namespace, name, 'calls'] as const

export const callsQuery = (
  scope: Scope,
  fn: FunctionName,
  query: { state: CallStateChoices | undefined; limit: number; offset: number },
) =>
  queryOptions({
    queryKey: [...callsKey(scope, fn), 'list', query],
    queryFn: () => api.functions.calls(scope, fn, query),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => refetchMs(state.data?.results),
  })

export const callQuery = (scope: Scope, fn: FunctionName, id: string) =>
  queryOptions({
    queryKey: [...callsKey(scope, fn), 'one', id],
    queryFn: () => api.functions.call(scope, fn, id),
    refetchInterval: ({ state }) => refetchMs(state.data && [state.data]),
  })

function refetchMs(calls: readonly CallSerializer[] | undefined): number {
  const isUnderWay = calls?.some(({ ended_at: endedAt }) => endedAt === null) ?? false
  return isUnderWay ? UNDER_WAY_REFETCH_MS : REFETCH_MS
}
