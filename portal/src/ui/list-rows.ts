import type { UseQueryResult } from '@tanstack/react-query'
import type { ListParams } from './list-params.ts'

interface List<Row> {
  readonly count: number
  readonly results: readonly Row[]
}

/** For a `DataTable`: what the query of a list has brought. */
export function rowsOf<Row>(query: Pick<UseQueryResult<List<Row>>, 'data' | 'error' | 'refetch'>) {
  const { data, error, refetch } = query
  return {
    rows: data?.results,
    error,
    onRetry: () => void refetch(),
    ...(data && { total: data.count }),
  }
}

/** For a `DataTable`: the page that the address names. */
export function pagesOf({ page, set }: ListParams, pageSize: number) {
  return { page, pageSize, onPage: (next: number) => set({ page: next }) }
}
