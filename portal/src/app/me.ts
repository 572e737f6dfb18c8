import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { ApiError } from '../../../src/client/errors.ts'
import { api } from './api.ts'

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => api.me.get() })

/** Who is logged in. Below the shell, which shows the log-in until somebody is. */
export function useMe() {
  return useSuspenseQuery(meQuery).data
}

export function isLoggedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}
