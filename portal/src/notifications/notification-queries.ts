import { queryOptions } from '@tanstack/react-query'
import type { NotificationQuery } from '../../../src/client/notifications.ts'
import type { NotificationListSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useOptimistic, usePending } from '../app/optimistic.ts'
import { type Marks, marked } from './read-marks.ts'

const KEY = ['notifications']
const NEWEST = 8
const POLL_MS = 30_000

/** What the bell shows; its count is of all that the operator may see. */
export const bellQuery = queryOptions({
  queryKey: [...KEY, 'bell'],
  queryFn: () => api.notifications.list({ limit: NEWEST }),
  refetchInterval: POLL_MS,
  staleTime: POLL_MS / 2,
})

export function notificationsQuery(query: NotificationQuery) {
  return queryOptions({
    queryKey: [...KEY, 'list', query],
    queryFn: () => api.notifications.list(query),
    refetchInterval: POLL_MS,
  })
}

/** Shown as read at once, for nothing but a mark depends on it. */
export function useMarkRead(): (marks: Marks) => void {
  const { mutate } = useOptimistic({
    key: KEY,
    send: ({ body }: Marks) => api.notifications.markRead(body),
    failed: 'It could not be marked as read',
  })
  return mutate
}

/** The list with the marks that are under way. */
export function useMarked(
  list: NotificationListSerializer | undefined,
): NotificationListSerializer | undefined {
  const pending = usePending<Marks>(KEY)
  return list && pending.reduce(marked, list)
}
