import { type Static, Type } from 'typebox'
import { MAIL_ADDRESS_PATTERN } from '../../domain/mail-address.ts'
import { EMAIL_CHARS_MAX } from '../../domain/user.ts'
import { ScopeParams } from './common.ts'
import { answer, nullable, optionalOrNull, requestBody } from './helpers.ts'

const DAYS_MAX = 3650

const KeyLifeDaysMax = nullable(Type.Integer({ minimum: 1, maximum: 36_500 }), {
  description:
    'How many days may lie between the creation or renewal of a key and its expiry; null for any number.',
})
const KeysMustExpire = Type.Boolean({ description: 'Whether a key may last for ever.' })
const NoticeDays = Type.Array(Type.Integer({ minimum: 1, maximum: DAYS_MAX }), {
  maxItems: 20,
  description:
    'How many days before its expiry a key is told of. It is told of in any case when it expires.',
})
const UnusedDays = Type.Integer({
  minimum: 0,
  maximum: DAYS_MAX,
  description: 'A key that opened nothing for so many days is told of; 0 for never.',
})
const NoticeEmails = Type.Array(
  Type.String({ maxLength: EMAIL_CHARS_MAX, pattern: MAIL_ADDRESS_PATTERN }),
  { maxItems: 50, description: 'Who is told by e-mail.' },
)

export const KeySettingsAnswer = answer('KeySettingsSerializer', {
  key_life_days_max: KeyLifeDaysMax,
  keys_must_expire: KeysMustExpire,
  notice_days: NoticeDays,
  unused_days: UnusedDays,
  notice_emails: NoticeEmails,
})

/** Absent members stay as they are. */
export const PatchKeySettings = requestBody('KeySettingsPatchSerializer', {
  key_life_days_max: Type.Optional(KeyLifeDaysMax),
  keys_must_expire: optionalOrNull(KeysMustExpire),
  notice_days: optionalOrNull(NoticeDays),
  unused_days: optionalOrNull(UnusedDays),
  notice_emails: optionalOrNull(NoticeEmails),
})

export const ProjectParams = Type.Object({ project_id: ScopeParams.properties.project_id })

export type KeySettingsWire = Static<typeof KeySettingsAnswer>
export type PatchKeySettingsBody = Static<typeof PatchKeySettings>
