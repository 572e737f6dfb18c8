import { queryOptions } from '@tanstack/react-query'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'

const LINES_READ = 60
const ERRORS_SHOWN = 3
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

/** What was written to standard error while one request was answered, or around none. */
export interface WrittenError {
  readonly id: string
  readonly time: string
  readonly lines: readonly string[]
}

/** The newest first, the lines of each in their order. */
export const newestErrorsQuery = (scope: Scope, name: FunctionName) =>
  queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'newest-errors'],
    queryFn: async (): Promise<WrittenError[]> => {
      const query = { stream: 'stderr', limit: LINES_READ } as const
      const { logs } = await api.functions.logs(scope, name, query)
      return errorsOf(logs).reverse().slice(0, ERRORS_SHOWN)
    },
    refetchInterval: LINES_REFETCH_MS,
  })

function errorsOf(logs: readonly Record<string, string>[]): WrittenError[] {
  const errors: { id: string; time: string; lines: string[] }[] = []
  let before = ''
  for (const [i, { RequestId = '', Timestamp = '', Message = '' }] of logs.entries()) {
    const error = errors.at(-1)
    if (error !== undefined && RequestId === before) error.lines.push(Message)
    else errors.push({ id: `${Timestamp} ${i}`, time: Timestamp, lines: [Message] })
    before = RequestId
  }
  return errors
}
