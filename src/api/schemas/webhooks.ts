import { type Static, Type } from 'typebox'
import { DELIVERY_STATES } from '../../domain/delivery.ts'
import { EVENT_TYPES } from '../../domain/events.ts'
import { MAIL_ADDRESS_PATTERN } from '../../domain/mail-address.ts'
import { WEBHOOK_URL_CHARS_MAX } from '../../domain/webhook.ts'
import { Description, pageParams, SecretNotice, Time } from './common.ts'
import { answer, choices, collection, nullable, ref, requestBody } from './helpers.ts'
import { ProjectParams } from './key-settings.ts'

export const EventTypeChoices = choices('EventTypeChoices', [...EVENT_TYPES])
export const DeliveryStateChoices = choices('DeliveryStateChoices', [...DELIVERY_STATES])

const Url = Type.String({
  minLength: 1,
  maxLength: WEBHOOK_URL_CHARS_MAX,
  description: 'An address that begins with https:// or http://.',
})
const Events = Type.Array(ref(EventTypeChoices), {
  maxItems: 100,
  description: 'What it is told of; empty for all.',
})

const webhookMembers = {
  id: Type.String(),
  url: Type.String({ description: 'With `***` for its password.' }),
  description: Type.String(),
  events: Events,
  enabled: Type.Boolean(),
  disabled_reason: nullable(Type.String(), {
    description:
      '`operator`; `gone` when it answered 410; `failing` when it took nothing for as long as deliveries are tried.',
  }),
  old_secret_ends_at: nullable(Time, {
    description: 'Until then deliveries are signed with the secret before the newest one too.',
  }),
  last_delivered_at: nullable(Time),
  last_failed_at: nullable(Time),
  created_at: Time,
  updated_at: Time,
}

export const WebhookAnswer = answer('WebhookSerializer', webhookMembers)
export const WebhookList = collection('WebhookListSerializer', WebhookAnswer)

export const CreatedWebhook = answer('CreatedWebhookSerializer', {
  ...webhookMembers,
  secret: Type.String({
    description: 'What deliveries are signed with: `whsec_` and base64. In this answer only.',
  }),
  secret_notice: SecretNotice,
})

export const CreateWebhook = requestBody('CreateWebhookSerializer', {
  url: Url,
  description: Type.Optional(Description),
  events: Type.Optional(Events),
  enabled: Type.Optional(Type.Boolean()),
})
/** Absent members stay as they are. */
export const ChangeWebhook = requestBody('ChangeWebhookSerializer', {
  url: Type.Optional(Url),
  description: Type.Optional(Description),
  events: Type.Optional(Events),
  enabled: Type.Optional(Type.Boolean()),
})

export const DeliveryAttemptAnswer = answer('DeliveryAttemptSerializer', {
  number: Type.Integer({ minimum: 1 }),
  at: Time,
  status: nullable(Type.Integer(), {
    description: 'Of HTTP or SMTP; null when there was no answer.',
  }),
  error: nullable(Type.String(), { description: 'Null for a success.' }),
  duration_ms: nullable(Type.Integer(), {
    description: 'Null when the server ended before the attempt did.',
  }),
  answer: Type.String({ description: 'Its first 1024 bytes, as text.' }),
})

export const DeliveryAnswer = answer('DeliverySerializer', {
  id: Type.String({ description: 'The `webhook-id` of every attempt.' }),
  type: Type.String({ description: 'Of the event, or `webhook.test` or `mail.test`.' }),
  event_id: nullable(Type.String(), { description: 'Null for a test.' }),
  recipient: nullable(Type.String(), { description: 'The address of a mail; null for a webhook.' }),
  state: ref(DeliveryStateChoices),
  created_at: Time,
  next_attempt_at: nullable(Time, { description: 'Null when it has ended.' }),
  ended_at: nullable(Time),
  reason: nullable(Type.String(), {
    description:
      'Why it is not sent any more, where no attempt says so: `webhook_disabled`, `no_mail_server`.',
  }),
  body: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    description: 'What is sent, or what the mail is written from.',
  }),
  attempts: Type.Array(ref(DeliveryAttemptAnswer), {
    description: 'Oldest first; the newest 20 of them.',
  }),
})
export const DeliveryList = collection('DeliveryListSerializer', DeliveryAnswer)

export const MailSettings = answer('MailSettingsSerializer', {
  enabled: Type.Boolean({ description: 'Whether this server has a mail server to send by.' }),
  from: nullable(Type.String(), { description: 'The address that mails come from.' }),
})

export const MailTest = requestBody('MailTestSerializer', {
  to: Type.String({
    maxLength: 254,
    pattern: MAIL_ADDRESS_PATTERN,
    description: 'The address to send it to.',
  }),
})

const Id = Type.String({ minLength: 1, maxLength: 100 })
export const WebhookParams = Type.Object({ ...ProjectParams.properties, webhook_id: Id })
export const WebhookDeliveryParams = Type.Object({
  ...WebhookParams.properties,
  delivery_id: Id,
})

export const WebhookListQuery = Type.Object(pageParams(100))
const deliveryFilters = {
  ...pageParams(100),
  state: Type.Optional(ref(DeliveryStateChoices)),
  type: Type.Optional(Type.String({ maxLength: 100 })),
}
export const DeliveryListQuery = Type.Object(deliveryFilters)
export const MailListQuery = Type.Object({
  ...deliveryFilters,
  recipient: Type.Optional(Type.String({ maxLength: 254 })),
})

export type WebhookWire = Static<typeof WebhookAnswer>
export type DeliveryWire = Static<typeof DeliveryAnswer>
export type CreateWebhookBody = Static<typeof CreateWebhook>
export type ChangeWebhookBody = Static<typeof ChangeWebhook>
