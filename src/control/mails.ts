import { type Delivery, MAIL_TEST_TYPE, testBody } from '../domain/delivery.ts'
import { PublicError } from '../domain/errors.ts'
import { isMailAddress } from '../domain/mail-address.ts'
import type { ChangeHandle } from '../store/change.ts'
import { claimDelivery } from '../store/delivery-claims.ts'
import { findDelivery, listDeliveries } from '../store/delivery-log.ts'
import type { Db } from '../store/dialect.ts'
import { insertDelivery } from '../store/webhook-deliveries.ts'
import { commit } from './commit.ts'
import type { DeliveryWorker } from './delivery-worker.ts'
import type { ControlDeps } from './deps.ts'
import { requireProject } from './scope.ts'
import type { BegunTest, MailUseCases } from './webhooks-control.ts'

export function mailUseCases(deps: ControlDeps, worker: DeliveryWorker): MailUseCases {
  const { db } = deps.store
  return {
    async sender(projectId) {
      await requireProject(db, projectId)
      return deps.mailer?.from ?? null
    },

    async list(projectId, query) {
      await requireProject(db, projectId)
      return await listDeliveries(db, { ...query, projectId, webhookId: null })
    },

    async test(context, projectId, recipient) {
      await requireProject(db, projectId)
      if (deps.mailer === undefined) {
        throw new PublicError(
          'conflict',
          'This server sends no mails: LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM are not set.',
        )
      }
      if (!isMailAddress(recipient)) throw notAnAddress()
      const { value } = await commit(deps, context, (handle) =>
        beginTest(handle, projectId, recipient),
      )
      await worker.deliver(value.claimed)
      return await requireMail(db, projectId, value.delivery.id)
    },
  }
}

async function beginTest(
  handle: ChangeHandle,
  projectId: number,
  recipient: string,
): Promise<BegunTest> {
  const { trx, nowMs } = handle
  const body = testBody(MAIL_TEST_TYPE, projectId, {}, nowMs)
  const type = MAIL_TEST_TYPE
  const delivery = { projectId, webhookId: null, recipient, eventId: null, type, body }
  const id = await insertDelivery(trx, delivery, nowMs)
  handle.audit({
    action: 'mail.tested',
    entityId: id,
    entityName: recipient,
    scope: { projectId },
  })
  const claimed = await claimDelivery(trx, id, nowMs)
  return { claimed, delivery: await requireMail(trx, projectId, id) }
}

async function requireMail(db: Db, projectId: number, id: string): Promise<Delivery> {
  const delivery = await findDelivery(db, { projectId, webhookId: null }, id)
  if (delivery === undefined) throw new PublicError('not_found', `There is no delivery ${id}.`)
  return delivery
}

function notAnAddress(): PublicError {
  const message = 'must be an e-mail address'
  return new PublicError('invalid_body', `The request body is not valid: to ${message}.`, [
    { field: 'to', message },
  ])
}
