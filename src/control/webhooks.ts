import { TEST_TYPE, testBody } from '../domain/delivery.ts'
import { PublicError } from '../domain/errors.ts'
import { auditedUrl, type Webhook } from '../domain/webhook.ts'
import { HostRule } from '../domain/webhook-hosts.ts'
import type { ChangeHandle } from '../store/change.ts'
import { claimDelivery } from '../store/delivery-claims.ts'
import { findDelivery, listDeliveries } from '../store/delivery-log.ts'
import { queueAgain } from '../store/delivery-upkeep.ts'
import type { Db } from '../store/dialect.ts'
import { insertDelivery } from '../store/webhook-deliveries.ts'
import { listWebhooks } from '../store/webhooks.ts'
import { commit } from './commit.ts'
import type { DeliveryWorker } from './delivery-worker.ts'
import type { ControlDeps } from './deps.ts'
import { requireProject } from './scope.ts'
import {
  checkUrl,
  create,
  meantUrl,
  remove,
  requireWebhook,
  rotate,
  update,
} from './webhook-changes.ts'
import type { BegunTest, WebhookUseCases } from './webhooks-control.ts'

export function webhookUseCases(deps: ControlDeps, worker: DeliveryWorker): WebhookUseCases {
  const { store, secrets, webhookHosts: hosts = new HostRule() } = deps
  const { db } = store
  return {
    async list(projectId, query) {
      await requireProject(db, projectId)
      return await listWebhooks(db, projectId, query)
    },

    get: (projectId, id) => requireWebhook(db, projectId, id),

    async create(context, projectId, input) {
      checkUrl(input.url, hosts)
      await requireProject(db, projectId)
      const { value } = await commit(deps, context, (handle) =>
        create(handle, secrets, projectId, input),
      )
      return value
    },

    async update(context, projectId, id, patch) {
      const meant = meantUrl(patch, await requireWebhook(db, projectId, id))
      checkUrl(meant.url, hosts)
      const { value } = await commit(deps, context, (handle) =>
        update(handle, projectId, id, meant),
      )
      return value
    },

    async delete(context, projectId, id) {
      await commit(deps, context, async (handle) => {
        await remove(handle, projectId, id)
        return null
      })
    },

    async rotateSecret(context, projectId, id) {
      const { value } = await commit(deps, context, (handle) =>
        rotate(handle, secrets, projectId, id),
      )
      return value
    },

    async test(context, projectId, id) {
      const { value } = await commit(deps, context, (handle) => beginTest(handle, projectId, id))
      await worker.deliver(value.claimed)
      return await requireDelivery(db, projectId, id, value.delivery.id)
    },

    async deliveries(projectId, id, query) {
      await requireWebhook(db, projectId, id)
      return await listDeliveries(db, { ...query, projectId, webhookId: id })
    },

    delivery: (projectId, id, deliveryId) => requireDelivery(db, projectId, id, deliveryId),

    async redeliver(context, projectId, id, deliveryId) {
      const { value } = await commit(deps, context, (handle) =>
        redeliver(handle, projectId, id, deliveryId),
      )
      worker.wake()
      return value
    },
  }
}

async function beginTest(
  handle: ChangeHandle,
  projectId: number,
  webhookId: string,
): Promise<BegunTest> {
  const { trx, nowMs } = handle
  const webhook = await requireWebhook(trx, projectId, webhookId)
  const body = testBody(TEST_TYPE, projectId, { webhook: { id: webhookId } }, nowMs)
  const delivery = { projectId, webhookId, recipient: null, eventId: null, type: TEST_TYPE, body }
  const id = await insertDelivery(trx, delivery, nowMs)
  auditSending(handle, 'webhook.tested', webhook, id)
  const claimed = await claimDelivery(trx, id, nowMs)
  return { claimed, delivery: await requireDelivery(trx, projectId, webhookId, id) }
}

async function redeliver(handle: ChangeHandle, projectId: number, webhookId: string, id: string) {
  const { trx, nowMs } = handle
  const webhook = await requireWebhook(trx, projectId, webhookId)
  if (!webhook.enabled) {
    throw new PublicError('conflict', 'The webhook is disabled: enable it first.')
  }
  await requireDelivery(trx, projectId, webhookId, id)
  if (!(await queueAgain(trx, id, nowMs))) {
    throw new PublicError('conflict', 'The delivery has not ended yet.')
  }
  auditSending(handle, 'webhook.redelivered', webhook, id)
  return await requireDelivery(trx, projectId, webhookId, id)
}

async function requireDelivery(db: Db, projectId: number, webhookId: string, id: string) {
  const delivery = await findDelivery(db, { projectId, webhookId }, id)
  if (delivery === undefined) throw new PublicError('not_found', `There is no delivery ${id}.`)
  return delivery
}

function auditSending(
  handle: ChangeHandle,
  action: 'webhook.tested' | 'webhook.redelivered',
  { id: entityId, projectId, url }: Webhook,
  delivery: string,
): void {
  const after = { url: auditedUrl(url), delivery }
  handle.audit({ action, entityId, entityName: new URL(url).host, scope: { projectId }, after })
}
