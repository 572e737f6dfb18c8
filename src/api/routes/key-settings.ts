import type { KeySettings } from '../../domain/key-settings.ts'
import type { Routes } from '../deps.ts'
import { keySettingsWire } from '../key-wire.ts'
import { changes, reads } from '../operation.ts'
import { present } from '../present.ts'
import { ref } from '../schemas/helpers.ts'
import {
  KeySettingsAnswer,
  PatchKeySettings,
  type PatchKeySettingsBody,
  ProjectParams,
} from '../schemas/key-settings.ts'

const SETTINGS = '/v1/faas/key_settings/:project_id'
const tags = ['keys']

export const keySettingsRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const get = {
      operationId: 'KeySettingsHandler.get',
      summary: 'Read what a project asks of its keys',
      tags,
    }
    app.get(
      SETTINGS,
      { schema: { ...reads(get, KeySettingsAnswer), params: ProjectParams } },
      async ({ params }) => keySettingsWire(await control.keySettings.get(params.project_id)),
    )

    const patch = {
      operationId: 'KeySettingsHandler.patch',
      summary: 'Change what a project asks of its keys',
      tags,
    }
    app.patch(
      SETTINGS,
      {
        schema: {
          ...changes(patch, KeySettingsAnswer),
          params: ProjectParams,
          body: ref(PatchKeySettings),
        },
      },
      async (request) => {
        const { body, params } = request
        const repeated = (settings: KeySettings) => ({
          status: 200,
          body: keySettingsWire(settings),
        })
        const settings = await idempotency.change(request, repeated, (context) =>
          control.keySettings.update(context, params.project_id, patchOf(body)),
        )
        return keySettingsWire(settings)
      },
    )
    done()
  }

function patchOf(body: PatchKeySettingsBody): Partial<KeySettings> {
  const { key_life_days_max: keyLifeDaysMax } = body
  return {
    ...(keyLifeDaysMax === undefined ? {} : { keyLifeDaysMax }),
    ...present({
      keysMustExpire: body.keys_must_expire,
      noticeDays: body.notice_days,
      unusedDays: body.unused_days,
      noticeEmails: body.notice_emails,
    }),
  }
}
