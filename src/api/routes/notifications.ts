import type { FastifyRequest } from 'fastify'
import type { ReadMarks } from '../../control/notifications.ts'
import { PublicError } from '../../domain/errors.ts'
import { eventTitle } from '../../domain/event-title.ts'
import type { ReadableEvent } from '../../domain/events.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import { listedProjects } from '../access.ts'
import { actorOf } from '../auth.ts'
import type { Routes } from '../deps.ts'
import { marks, reads } from '../operation.ts'
import { ref } from '../schemas/helpers.ts'
import {
  NotificationList,
  NotificationListQuery,
  type NotificationWire,
  ReadNotifications,
  type ReadNotificationsBody,
  UnreadNotifications,
} from '../schemas/notifications.ts'

const NOTIFICATIONS = '/v1/notifications'
const tags = ['notifications']

/** What operators are told of, and what each of them has read. */
export const notificationRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'NotificationsHandler.get',
      summary: 'List notifications, the newest first',
      tags,
    }
    app.get(
      NOTIFICATIONS,
      { schema: { ...reads(list, NotificationList), querystring: NotificationListQuery } },
      async (request) => {
        const { limit, offset, project_id, type, unread } = request.query
        const page = await control.notifications.list(actorOf(request), {
          limit,
          offset,
          projectIds: projectsFor(request, project_id),
          types: type,
          unreadOnly: unread === true,
        })
        return {
          count: page.count,
          unread: page.unread,
          results: page.results.map(notificationWire),
        }
      },
    )

    const read = {
      operationId: 'NotificationsReadHandler.post',
      summary: 'Mark notifications as read',
      tags,
    }
    app.post(
      `${NOTIFICATIONS}/read`,
      { schema: { ...marks(read, UnreadNotifications), body: ref(ReadNotifications) } },
      async (request) => {
        const { body } = request
        const projectIds = projectsFor(request, body.project_id)
        const asked = marksOf(body)
        return {
          unread: await control.notifications.markRead(actorOf(request), projectIds, asked),
        }
      },
    )
    done()
  }

/** Those that are asked for, as far as who asks may see them. */
function projectsFor(request: FastifyRequest, asked: number | undefined) {
  const seen = listedProjects(request, 'viewer')
  if (asked === undefined) return seen ?? 'all'
  return seen === undefined || seen.includes(asked) ? [asked] : []
}

function marksOf({ ids, all, until }: ReadNotificationsBody): ReadMarks {
  if (all === true && ids === undefined) return { untilId: until ?? null }
  if (all !== true && ids !== undefined && until === undefined) return { ids }
  throw new PublicError('invalid_body', 'Say either `ids`, or `all` and perhaps `until`.', [
    { field: ids === undefined ? 'ids' : 'all', message: 'either this or the other' },
  ])
}

function notificationWire(event: ReadableEvent): NotificationWire {
  return {
    id: event.id,
    type: event.type,
    created_at: utcSeconds(event.atMs),
    project_id: event.scope.projectId,
    region_id: event.scope.regionId,
    key_id: event.keyId,
    key_name: event.keyName,
    title: eventTitle(event),
    data: { ...event.data },
    read: event.isRead,
  }
}
