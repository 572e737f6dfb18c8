import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorNote, LoadingRows } from './states.tsx'

export interface LoadedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>
  /** Lines in its place until it is there. */
  readonly rows?: number
  readonly children: (data: Data) => ReactNode
}

/** What is drawn of something fetched, or how far that is. */
export function Loaded<Data>({ query, rows, children }: LoadedProps<Data>) {
  const { data, error, refetch } = query
  if (data !== undefined) return children(data)
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  return <LoadingRows {...(rows !== undefined && { rows })} />
}
