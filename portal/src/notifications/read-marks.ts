import type {
  NotificationListSerializer,
  NotificationSerializer,
  ReadNotificationsSerializer,
} from '../../../src/client/types.ts'

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
