import type { BegunTest } from '../../control/webhooks-control.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Routes } from '../deps.ts'
import { changes, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import {
  DeliveryAnswer,
  DeliveryList,
  DeliveryListQuery,
  WebhookDeliveryParams,
  WebhookParams,
} from '../schemas/webhooks.ts'
import { deliveryWire } from '../webhook-wire.ts'

const WEBHOOK = '/v1/faas/webhooks/:project_id/:webhook_id'
const DELIVERIES = `${WEBHOOK}/deliveries`
const DELIVERY = `${DELIVERIES}/:delivery_id`
const tags = ['notifications']

/** What was sent to a webhook, and how to send something. */
export const webhookDeliveryRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const test = {
      operationId: 'WebhookTestHandler.post',
      summary: 'Send a test to a webhook and answer with what came of it',
      tags,
    }
    app.post(
      `${WEBHOOK}/test`,
      { schema: { ...changes(test, DeliveryAnswer), params: WebhookParams } },
      async (request) => {
        const { project_id, webhook_id } = request.params
        const delivery = await idempotency.change(
          request,
          ({ delivery: begun }: BegunTest) => ({ status: 200, body: deliveryWire(begun) }),
          (context) => control.webhooks.test(context, project_id, webhook_id),
        )
        return deliveryWire(delivery)
      },
    )

    const list = {
      operationId: 'WebhookDeliveriesHandler.get',
      summary: 'List what was sent to a webhook, the newest first',
      tags,
    }
    app.get(
      DELIVERIES,
      {
        schema: {
          ...reads(list, DeliveryList),
          params: WebhookParams,
          querystring: DeliveryListQuery,
        },
      },
      async ({ params: { project_id, webhook_id }, query }) =>
        pageWire(await control.webhooks.deliveries(project_id, webhook_id, query), deliveryWire),
    )

    const get = {
      operationId: 'WebhookDeliveryHandler.get',
      summary: 'Read what was sent to a webhook',
      tags,
    }
    app.get(
      DELIVERY,
      { schema: { ...reads(get, DeliveryAnswer), params: WebhookDeliveryParams } },
      async ({ params: { project_id, webhook_id, delivery_id } }) =>
        deliveryWire(await control.webhooks.delivery(project_id, webhook_id, delivery_id)),
    )

    const redeliver = {
      operationId: 'WebhookRedeliverHandler.post',
      summary: 'Send something to a webhook again, under the same id',
      tags,
    }
    app.post(
      `${DELIVERY}/redeliver`,
      { schema: { ...changes(redeliver, DeliveryAnswer), params: WebhookDeliveryParams } },
      async (request) => {
        const { project_id, webhook_id, delivery_id } = request.params
        const delivery = await idempotency.change(
          request,
          (value: Delivery) => ({ status: 200, body: deliveryWire(value) }),
          (context) => control.webhooks.redeliver(context, project_id, webhook_id, delivery_id),
        )
        return deliveryWire(delivery)
      },
    )
    done()
  }
