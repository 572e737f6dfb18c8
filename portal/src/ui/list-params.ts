import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

export const PAGE_SIZE = 50

export interface ListParams {
  /** What the address says, empty for nothing. */
  get(name: string): string
  /** Undefined and empty remove; another page is only kept when nothing else changes. */
  set(changes: Readonly<Record<string, string | number | undefined>>): void
  /** From 1. */
  readonly page: number
  readonly offset: number
}

/** What a list shows (search, filters, order, page) lives in the page's address, so that it can be sent to others. */
export function useListParams(pageSize = PAGE_SIZE): ListParams {
  const [params, setParams] = useSearchParams()
  const page = Math.max(1, Math.trunc(Number(params.get('page') ?? 1)) || 1)
  const get = useCallback((name: string) => params.get(name) ?? '', [params])
  const set = useCallback(
    (changes: Readonly<Record<string, string | number | undefined>>) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before)
          if (!('page' in changes)) after.delete('page')
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === '' || (name === 'page' && value === 1))
              after.delete(name)
            else after.set(name, String(value))
          }
          return after
        },
        { replace: true },
      )
    },
    [setParams],
  )
  return { get, set, page, offset: (page - 1) * pageSize }
}
