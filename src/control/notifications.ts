import { type Actor, operatorOf } from '../domain/audit.ts'
import type { EventType } from '../domain/events.ts'
import {
  countUnread,
  type EventFilter,
  type EventPage,
  listEvents,
  markAllRead,
  markRead,
} from '../store/event-log.ts'
import { refusedWhenFull } from '../store/full-disk.ts'
import type { Slice } from '../store/paging.ts'
import type { ControlDeps } from './deps.ts'

export type Operator = Pick<Actor, 'tokenId' | 'userId'>

export interface NotificationQuery extends Slice {
  /** Those whose events the operator may see, and wants to. */
  readonly projectIds: EventFilter['projectIds']
  readonly types?: readonly EventType[] | undefined
  readonly unreadOnly: boolean
}

/** Single ones, or all up to one; up to the newest where that is null. */
export type ReadMarks = { readonly ids: readonly number[] } | { readonly untilId: number | null }

export interface NotificationUseCases {
  /** The newest first. */
  list(operator: Operator, query: NotificationQuery): Promise<EventPage>
  /** What was read stays read. Resolves with how many of these projects are unread. */
  markRead(
    operator: Operator,
    projectIds: EventFilter['projectIds'],
    marks: ReadMarks,
  ): Promise<number>
}

export function notificationUseCases({ store }: Pick<ControlDeps, 'store'>): NotificationUseCases {
  return {
    list: (operator, query) => listEvents(store.db, { ...query, operator: operatorOf(operator) }),

    async markRead(of, projectIds, marks) {
      const filter = { operator: operatorOf(of), projectIds }
      return await refusedWhenFull(() =>
        store.db.transaction().execute(async (trx) => {
          if ('ids' in marks) await markRead(trx, filter, marks.ids)
          else await markAllRead(trx, filter, marks.untilId ?? Number.MAX_SAFE_INTEGER)
          return await countUnread(trx, filter)
        }),
      )
    },
  }
}
