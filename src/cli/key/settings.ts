import type { KeySettingsPatchSerializer, KeySettingsSerializer } from '../../client/types.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { details } from '../table.ts'

interface SettingsFlags extends ApiFlags {
  readonly lifeDaysMax?: number | 'any'
  readonly mustExpire?: 'yes' | 'no'
  readonly noticeDays?: readonly number[]
  readonly unusedDays?: number
  readonly noticeEmail?: readonly string[]
}

/** Shows them, or changes what is given. */
export async function keySettings(flags: SettingsFlags): Promise<void> {
  const change = changeOf(flags)
  const { client, scope, json } = openSession(flags)
  const isChange = Object.keys(change).length > 0
  const settings = isChange
    ? await client.keySettings.update(scope.projectId, change)
    : await client.keySettings.get(scope.projectId)
  if (json) return printJson(settings)
  if (isChange) note('The settings are changed. Keys that are there already stay as they are.')
  printSettings(settings)
}

function changeOf(flags: SettingsFlags): Partial<KeySettingsPatchSerializer> {
  const { lifeDaysMax, mustExpire, noticeDays, unusedDays, noticeEmail } = flags
  return {
    ...(lifeDaysMax !== undefined && {
      key_life_days_max: lifeDaysMax === 'any' ? null : lifeDaysMax,
    }),
    ...(mustExpire !== undefined && { keys_must_expire: mustExpire === 'yes' }),
    ...(noticeDays !== undefined && { notice_days: [...noticeDays] }),
    ...(unusedDays !== undefined && { unused_days: unusedDays }),
    ...(noticeEmail !== undefined && { notice_emails: noticeEmail.filter((to) => to !== 'none') }),
  }
}

function printSettings(settings: KeySettingsSerializer): void {
  const { key_life_days_max: lifeDays, keys_must_expire: mustExpire } = settings
  print(
    details([
      ['longest life', lifeDays === null ? 'any' : `${lifeDays} days`],
      ['must expire', mustExpire || lifeDays !== null ? 'yes' : 'no'],
      ['told before expiry', daysText(settings.notice_days)],
      ['told when unused', settings.unused_days === 0 ? 'no' : `for ${settings.unused_days} days`],
      ['told by e-mail', settings.notice_emails.join(', ') || 'nobody'],
    ]),
  )
}

function daysText(days: readonly number[]): string {
  return days.length === 0 ? 'no' : `${days.join(', ')} days`
}
