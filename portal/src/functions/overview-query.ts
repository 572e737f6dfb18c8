import { queryOptions } from '@tanstack/react-query'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

const ERROR_LINES = 5
const LINES_REFETCH_MS = 15_000

/** The version that serves; null where there is none. */
export const newestVersionQuery = (scope: Scope, name: FunctionName) =>
  queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'current-version'],
    queryFn: async () => {
      const { results } = await api.functions.versions(scope, name, { limit: 20 })
      return results.find((version) => version.is_current) ?? null
    },
  })

export const triggersCountQuery = (scope: Scope, name: FunctionName) =>
  queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'triggers-count'],
    queryFn: async () => (await api.triggers.list(scope, name)).count,
  })

export interface ErrorLine {
  readonly id: string
  readonly time: string
  readonly message: string
}

/** What was written to standard error, the newest first. */
export const errorLinesQuery = (scope: Scope, name: FunctionName) =>
  queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'error-lines'],
    queryFn: async (): Promise<ErrorLine[]> => {
      const query = { stream: 'stderr', limit: ERROR_LINES } as const
      const { logs } = await api.functions.logs(scope, name, query)
      const lines = logs.map(({ Timestamp = '', Time = '', Message = '' }, i) => ({
        id: `${Timestamp} ${i}`,
        time: Timestamp === '' ? Time : new Date(Number(Timestamp)).toISOString(),
        message: Message,
      }))
      return lines.reverse()
    },
    refetchInterval: LINES_REFETCH_MS,
  })
