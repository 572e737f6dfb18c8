import type { EventTypeChoices, WebhookSerializer } from '../../../src/client/types.ts'

/** What is typed of a webhook. */
export interface WebhookDraft {
  readonly url: string
  readonly description: string
  readonly isAll: boolean
  readonly events: readonly EventTypeChoices[]
}

/** What the server may refuse of it. */
export const WEBHOOK_FIELDS = ['url', 'description', 'events']

export const NEW_WEBHOOK: WebhookDraft = { url: '', description: '', isAll: true, events: [] }

export function draftOf({ url, description, events }: WebhookSerializer): WebhookDraft {
  return { url, description, isAll: events.length === 0, events }
}

export function bodyOf({ url, description, isAll, events }: WebhookDraft) {
  return { url: url.trim(), description, events: isAll ? [] : [...events] }
}

/** What was changed alone: others may have changed the rest meanwhile. */
export function changeOf(before: WebhookDraft, after: WebhookDraft) {
  const [from, to] = [bodyOf(before), bodyOf(after)]
  return {
    ...(to.url !== from.url && { url: to.url }),
    ...(to.description !== from.description && { description: to.description }),
    ...(to.events.join() !== from.events.join() && { events: to.events }),
  }
}

/** Whether it can be sent. */
export function isFilledIn({ url, isAll, events }: WebhookDraft): boolean {
  return /^https?:\/\/[^/\\]/i.test(url.trim()) && (isAll || events.length > 0)
}
