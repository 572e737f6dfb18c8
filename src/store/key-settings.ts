import type { KeySettings } from '../domain/key-settings.ts'
import { fromFlag, fromJson, toFlag, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

/** Throws when there is no such project. */
export async function readKeySettings(db: Db, projectId: number): Promise<KeySettings> {
  const row = await db
    .selectFrom('projects')
    .select([
      'key_life_days_max',
      'keys_must_expire',
      'notice_days',
      'unused_days',
      'notice_emails',
    ])
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow()
  return {
    keyLifeDaysMax: row.key_life_days_max,
    keysMustExpire: fromFlag(row.keys_must_expire),
    noticeDays: fromJson<number[]>(row.notice_days),
    unusedDays: row.unused_days,
    noticeEmails: fromJson<string[]>(row.notice_emails),
  }
}

export async function writeKeySettings(
  trx: Trx,
  projectId: number,
  settings: KeySettings,
): Promise<void> {
  await trx
    .updateTable('projects')
    .set({
      key_life_days_max: settings.keyLifeDaysMax,
      keys_must_expire: toFlag(settings.keysMustExpire),
      notice_days: toJson(settings.noticeDays),
      unused_days: settings.unusedDays,
      notice_emails: toJson(settings.noticeEmails),
    })
    .where('id', '=', projectId)
    .execute()
}
