import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NotificationQuery } from '../../../src/client/notifications.ts'
import type {
  NotificationListSerializer,
  ReadNotificationsSerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { marked } from './read-marks.ts'

const NEWEST = 8
const POLL_MS = 30_000

/** What the bell shows; its count is of all that the operator may see. */
export const bellQuery = queryOptions({
  queryKey: ['notifications', 'bell'],
  queryFn: () => api.notifications.list({ limit: NEWEST }),
  refetchInterval: POLL_MS,
  staleTime: POLL_MS / 2,
})

export function notificationsQuery(query: NotificationQuery) {
  return queryOptions({
    queryKey: ['notifications', 'list', query],
    queryFn: () => api.notifications.list(query),
    refetchInterval: POLL_MS,
  })
}

/** Shown as read at once, for nothing but a mark depends on it. */
export function useMarkRead() {
  const queryClient = useQueryClient()
  const key = { queryKey: ['notifications'] }
  return useMutation({
    mutationFn: (body: ReadNotificationsSerializer) => api.notifications.markRead(body),
    async onMutate(body) {
      await queryClient.cancelQueries(key)
      queryClient.setQueriesData<NotificationListSerializer>(
        key,
        (list) => list && marked(list, body),
      )
    },
    onSettled: () => queryClient.invalidateQueries(key),
  })
}
