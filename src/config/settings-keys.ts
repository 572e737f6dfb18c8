import { DELETED_KEYS_DAYS } from '../domain/deleted-key.ts'
import { integer, type SettingTable } from './setting.ts'

export const KEYS = {
  deletedKeysDays: integer({
    env: 'LATCHKEY_DELETED_KEYS_DAYS',
    flag: '--deleted-keys-days',
    placeholder: 'days',
    default: DELETED_KEYS_DAYS,
    least: 0,
    most: 3_650,
    sentence:
      'For how many days a deleted key can be brought back, unless it leaked; 0 for not at all.',
  }),
} satisfies SettingTable
