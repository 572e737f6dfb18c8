import { utcSeconds } from '../lib/utc-time.ts'
import type { Scope } from './names.ts'

/** What operators are told of, in the portal's bell, by webhook and by e-mail. */
export const EVENT_TYPES = [
  'key.created',
  'key.rotated',
  'key.disabled',
  'key.enabled',
  'key.deleted',
  'key.restored',
  'key.leaked',
  'key.expiring',
  'key.expired',
  'key.unused',
  'key.new-address',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** No secret is ever part of it. */
export interface NewEvent {
  readonly type: EventType
  readonly scope: Scope
  readonly keyId: string
  readonly keyName: string
  /** As JSON; what it holds depends on the type. */
  readonly data?: Readonly<Record<string, unknown>>
  /** Of all events with the same text only the first is ever kept. */
  readonly once?: string
}

/** An event that is kept. */
export interface KeptEvent extends Omit<NewEvent, 'once'> {
  readonly id: number
  readonly atMs: number
}

/** One that somebody has read or not. */
export interface ReadableEvent extends KeptEvent {
  readonly isRead: boolean
}

/** Of these people are told by e-mail too. */
export const MAILED_EVENTS: ReadonlySet<EventType> = new Set([
  'key.leaked',
  'key.expiring',
  'key.expired',
  'key.unused',
  'key.new-address',
])

/** What the outside is told of an event. */
export interface EventBody {
  readonly id: string
  readonly type: string
  /** When it happened, twice: `timestamp` is what Standard Webhooks recommends. */
  readonly created_at: string
  readonly timestamp: string
  readonly project_id: number
  readonly region_id: number
  readonly data: {
    readonly key: { readonly id: string; readonly name: string }
    readonly [member: string]: unknown
  }
}

export function eventBody(
  event: NewEvent & { readonly id: number; readonly atMs: number },
): EventBody {
  const at = utcSeconds(event.atMs)
  return {
    id: `evt_${event.id}`,
    type: event.type,
    created_at: at,
    timestamp: at,
    project_id: event.scope.projectId,
    region_id: event.scope.regionId,
    data: { ...event.data, key: { id: event.keyId, name: event.keyName } },
  }
}
