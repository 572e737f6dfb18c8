import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NotificationQuery } from '../../../src/client/notifications.ts'
import type {
  NotificationListSerializer,
  NotificationSerializer,
  ReadNotificationsSerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'

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

/** The list as it will be answered, as far as it shows what is marked. */
export function marked(
  list: NotificationListSerializer,
  { ids, until, project_id }: ReadNotificationsSerializer,
): NotificationListSerializer {
  const isMeant = ({ id, project_id: project, read }: NotificationSerializer) =>
    !read &&
    (ids === undefined ? id <= (until ?? id) : ids.includes(id)) &&
    (project_id ?? project) === project
  const now = list.results.filter(isMeant).length
  return {
    ...list,
    unread: ids === undefined && project_id === undefined ? 0 : Math.max(0, list.unread - now),
    results: list.results.map((one) => (isMeant(one) ? { ...one, read: true } : one)),
  }
}
