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
