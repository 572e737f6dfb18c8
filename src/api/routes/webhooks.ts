import type { Webhook, WebhookInput } from '../../domain/webhook.ts'
import type { Routes } from '../deps.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { ref } from '../schemas/helpers.ts'
import { ProjectParams } from '../schemas/key-settings.ts'
import {
  ChangeWebhook,
  type ChangeWebhookBody,
  CreatedWebhook,
  CreateWebhook,
  type CreateWebhookBody,
  WebhookAnswer,
  WebhookList,
  WebhookListQuery,
  WebhookParams,
} from '../schemas/webhooks.ts'
import { webhookWire } from '../webhook-wire.ts'

const WEBHOOKS = '/v1/faas/webhooks/:project_id'
const WEBHOOK = `${WEBHOOKS}/:webhook_id`
const tags = ['notifications']

/** Where the events of a project are sent to. */
export const webhookRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = { operationId: 'WebhooksHandler.get', summary: 'List webhooks', tags }
    app.get(
      WEBHOOKS,
      {
        schema: {
          ...reads(list, WebhookList),
          params: ProjectParams,
          querystring: WebhookListQuery,
        },
      },
      async ({ params, query }) =>
        pageWire(await control.webhooks.list(params.project_id, query), webhookWire),
    )

    const create = { operationId: 'WebhooksHandler.post', summary: 'Create a webhook', tags }
    app.post(
      WEBHOOKS,
      {
        schema: {
          ...changes(create, CreatedWebhook, 201),
          params: ProjectParams,
          body: ref(CreateWebhook),
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const { webhook, secret } = await idempotency.change(request, repeated(201), (context) =>
          control.webhooks.create(context, params.project_id, inputOf(body)),
        )
        return reply.code(201).send({ ...webhookWire(webhook), secret })
      },
    )

    const get = { operationId: 'WebhookHandler.get', summary: 'Read a webhook', tags }
    app.get(
      WEBHOOK,
      { schema: { ...reads(get, WebhookAnswer), params: WebhookParams } },
      async ({ params }) =>
        webhookWire(await control.webhooks.get(params.project_id, params.webhook_id)),
    )

    const patch = { operationId: 'WebhookHandler.patch', summary: 'Change a webhook', tags }
    app.patch(
      WEBHOOK,
      {
        schema: {
          ...changes(patch, WebhookAnswer),
          params: WebhookParams,
          body: ref(ChangeWebhook),
        },
      },
      async (request) => {
        const { body, params } = request
        const webhook = await idempotency.change(
          request,
          (value: Webhook) => ({ status: 200, body: webhookWire(value) }),
          (context) =>
            control.webhooks.update(context, params.project_id, params.webhook_id, patchOf(body)),
        )
        return webhookWire(webhook)
      },
    )

    const remove = { operationId: 'WebhookHandler.delete', summary: 'Delete a webhook', tags }
    app.delete(
      WEBHOOK,
      { schema: { ...changesSilently(remove), params: WebhookParams } },
      async (request, reply) => {
        const { params } = request
        await idempotency.change(
          request,
          () => ({ status: 204, body: null }),
          (context) => control.webhooks.delete(context, params.project_id, params.webhook_id),
        )
        return reply.code(204).send()
      },
    )

    const rotate = {
      operationId: 'WebhookRotateSecretHandler.post',
      summary: 'Give a webhook a new secret; the old one signs beside it for a day',
      tags,
    }
    app.post(
      `${WEBHOOK}/rotate_secret`,
      { schema: { ...changes(rotate, CreatedWebhook), params: WebhookParams } },
      async (request) => {
        const { params } = request
        const { webhook, secret } = await idempotency.change(request, repeated(200), (context) =>
          control.webhooks.rotateSecret(context, params.project_id, params.webhook_id),
        )
        return { ...webhookWire(webhook), secret }
      },
    )
    done()
  }

function repeated(status: number) {
  return ({ webhook }: { webhook: Webhook }) => ({
    status,
    body: { ...webhookWire(webhook), secret: '', secret_notice: SECRET_NOTICE },
  })
}

function inputOf(body: CreateWebhookBody): WebhookInput {
  return {
    url: body.url,
    description: body.description ?? '',
    events: body.events ?? [],
    enabled: body.enabled ?? true,
  }
}

function patchOf(body: ChangeWebhookBody): Partial<WebhookInput> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}
