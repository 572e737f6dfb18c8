import type { BegunTest } from '../../control/webhooks-control.ts'
import type { Routes } from '../deps.ts'
import { changes, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { ref } from '../schemas/helpers.ts'
import { ProjectParams } from '../schemas/key-settings.ts'
import {
  DeliveryAnswer,
  DeliveryList,
  MailListQuery,
  MailSettings,
  MailTest,
} from '../schemas/webhooks.ts'
import { deliveryWire } from '../webhook-wire.ts'

const MAILS = '/v1/faas/mails/:project_id'
const SETTINGS = '/v1/faas/mail_settings/:project_id'
const tags = ['notifications']

/** What was sent by e-mail. */
export const mailRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'MailsHandler.get',
      summary: 'List the mails of a project, the newest first',
      tags,
    }
    app.get(
      MAILS,
      {
        schema: {
          ...reads(list, DeliveryList),
          params: ProjectParams,
          querystring: MailListQuery,
        },
      },
      async ({ params, query }) =>
        pageWire(await control.mails.list(params.project_id, query), deliveryWire),
    )

    const settings = {
      operationId: 'MailSettingsHandler.get',
      summary: 'Read whether mails are sent, and from which address',
      tags,
    }
    app.get(
      SETTINGS,
      { schema: { ...reads(settings, MailSettings), params: ProjectParams } },
      async ({ params }) => {
        const from = await control.mails.sender(params.project_id)
        return { enabled: from !== null, from }
      },
    )

    const test = {
      operationId: 'MailTestHandler.post',
      summary: 'Send a test by e-mail and answer with what came of it',
      tags,
    }
    app.post(
      `${MAILS}/test`,
      {
        schema: { ...changes(test, DeliveryAnswer), params: ProjectParams, body: ref(MailTest) },
      },
      async (request) => {
        const { params, body } = request
        const delivery = await idempotency.change(
          request,
          ({ delivery: begun }: BegunTest) => ({ status: 200, body: deliveryWire(begun) }),
          (context) => control.mails.test(context, params.project_id, body.to),
        )
        return deliveryWire(delivery)
      },
    )
    done()
  }
