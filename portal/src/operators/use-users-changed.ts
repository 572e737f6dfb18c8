import { useQueryClient } from '@tanstack/react-query'
import { meQuery } from '../app/me.ts'

/** A change may be one of who is logged in. */
export function useUsersChanged(): () => Promise<unknown> {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['users'] }),
      queryClient.invalidateQueries({ queryKey: ['members'] }),
      queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    ])
}
