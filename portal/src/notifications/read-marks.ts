import type {
  NotificationListSerializer,
  NotificationSerializer,
  ReadNotificationsSerializer,
} from '../../../src/client/types.ts'

export interface Marks {
  readonly body: ReadNotificationsSerializer
  /** How many are unread after it, of all that the operator may see. */
  readonly unread: number
}

/** The list as it will be answered, as far as it shows what is marked. Once it is, nothing changes any more. */
export function marked(
  list: NotificationListSerializer,
  { body: { ids, until, project_id }, unread }: Marks,
): NotificationListSerializer {
  const isMeant = ({ id, project_id: project }: NotificationSerializer) =>
    (ids === undefined ? id <= (until ?? id) : ids.includes(id)) &&
    (project_id ?? project) === project
  return {
    ...list,
    unread: Math.max(0, Math.min(list.unread, unread)),
    results: list.results.map((one) => (isMeant(one) ? { ...one, read: true } : one)),
  }
}
