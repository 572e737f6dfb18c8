import { type Static, Type } from 'typebox'
import { EVENT_TYPES } from '../../domain/events.ts'
import { pageParams, Time } from './common.ts'
import { answer, choices, ref, requestBody } from './helpers.ts'

export const NotificationType = choices('NotificationTypeChoices', [...EVENT_TYPES])

const IDS_AT_ONCE = 1000
const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const ProjectId = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const NotificationAnswer = answer('NotificationSerializer', {
  id: Type.Integer({ description: 'A later one has a greater id.' }),
  type: ref(NotificationType),
  created_at: Time,
  project_id: Type.Integer(),
  region_id: Type.Integer(),
  key_id: Type.String(),
  key_name: Type.String({ description: 'What the key was called then.' }),
  title: Type.String({ description: 'A sentence for people.' }),
  data: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    description: '`docs/notices.md` says for each type what is in it.',
  }),
  read: Type.Boolean({ description: 'By who asks.' }),
})

export const NotificationList = answer('NotificationListSerializer', {
  count: Type.Integer({ minimum: 0, description: 'The total before paging.' }),
  unread: Type.Integer({
    minimum: 0,
    description: 'How many of that project and type who asks has not read.',
  }),
  results: Type.Array(ref(NotificationAnswer)),
})

export const NotificationListQuery = Type.Object({
  ...pageParams(50),
  project_id: Type.Optional(ProjectId),
  type: Type.Optional(Type.Array(ref(NotificationType))),
  unread: Type.Optional(Type.Boolean({ description: 'Only what was not read.' })),
})

export const ReadNotifications = requestBody('ReadNotificationsSerializer', {
  ids: Type.Optional(Type.Array(Id, { maxItems: IDS_AT_ONCE })),
  all: Type.Optional(Type.Boolean({ description: 'All of them, instead of `ids`.' })),
  until: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'With `all`: up to this id; what came later stays unread.',
    }),
  ),
  project_id: Type.Optional(ProjectId),
})

export const UnreadNotifications = answer('UnreadNotificationsSerializer', {
  unread: Type.Integer({ minimum: 0, description: 'What is left.' }),
})

export type NotificationWire = Static<typeof NotificationAnswer>
export type ReadNotificationsBody = Static<typeof ReadNotifications>
