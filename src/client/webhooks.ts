import { type ChangeOptions, type Query, type Send, segments } from './http.ts'
import type {
  ChangeWebhookSerializer,
  CreatedWebhookSerializer,
  CreateWebhookSerializer,
  DeliveryListSerializer,
  DeliverySerializer,
  MailSettingsSerializer,
  WebhookListSerializer,
  WebhookSerializer,
} from './types.ts'

export function webhookCalls(send: Send) {
  const path = (projectId: number, ...rest: string[]) =>
    segments('faas', 'webhooks', projectId, ...rest)
  return {
    list: (projectId: number, query: Query = {}) =>
      send<WebhookListSerializer>('GET', path(projectId), { query }),
    get: (projectId: number, id: string) => send<WebhookSerializer>('GET', path(projectId, id)),
    /** The secret is in this answer only. */
    create: (projectId: number, body: CreateWebhookSerializer, options: ChangeOptions = {}) =>
      send<CreatedWebhookSerializer>('POST', path(projectId), { body, ...options }),
    /** Absent members stay as they are. */
    update: (projectId: number, id: string, body: ChangeWebhookSerializer) =>
      send<WebhookSerializer>('PATCH', path(projectId, id), { body }),
    delete: (projectId: number, id: string) => send<undefined>('DELETE', path(projectId, id)),
    /** The secret is in this answer only; the old one signs beside it for a day. */
    rotateSecret: (projectId: number, id: string, options: ChangeOptions = {}) =>
      send<CreatedWebhookSerializer>('POST', path(projectId, id, 'rotate_secret'), options),
    /** Sends something now; the answer tells what came of it. */
    test: (projectId: number, id: string) =>
      send<DeliverySerializer>('POST', path(projectId, id, 'test')),
    /** Newest first. */
    deliveries: (projectId: number, id: string, query: Query = {}) =>
      send<DeliveryListSerializer>('GET', path(projectId, id, 'deliveries'), { query }),
    redeliver: (projectId: number, id: string, delivery: string) =>
      send<DeliverySerializer>('POST', path(projectId, id, 'deliveries', delivery, 'redeliver')),
  }
}

export function mailCalls(send: Send) {
  const path = (projectId: number, ...rest: string[]) =>
    segments('faas', 'mails', projectId, ...rest)
  return {
    /** Whether mails are sent, and from which address. */
    settings: (projectId: number) =>
      send<MailSettingsSerializer>('GET', segments('faas', 'mail_settings', projectId)),
    /** Newest first. */
    list: (projectId: number, query: Query = {}) =>
      send<DeliveryListSerializer>('GET', path(projectId), { query }),
    /** Sends a mail now; the answer tells what came of it. */
    test: (projectId: number, to: string) =>
      send<DeliverySerializer>('POST', path(projectId, 'test'), { body: { to } }),
  }
}
