import type { Send } from './http.ts'
import type {
  NotificationListSerializer,
  NotificationTypeChoices,
  ReadNotificationsSerializer,
  UnreadNotificationsSerializer,
} from './types.ts'

export interface NotificationQuery {
  readonly project_id?: number | undefined
  readonly type?: readonly NotificationTypeChoices[] | undefined
  /** Only what was not read. */
  readonly unread?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export function notificationCalls(send: Send) {
  return {
    /** The newest first. */
    list: (query: NotificationQuery = {}) =>
      send<NotificationListSerializer>('GET', '/notifications', { query: { ...query } }),
    /** For who asks alone. */
    markRead: (body: ReadNotificationsSerializer) =>
      send<UnreadNotificationsSerializer>('POST', '/notifications/read', { body }),
  }
}
