import { integer, type SettingTable } from './setting.ts'

/** What operators are told of. */
export const EVENTS = {
  eventsDays: integer({
    env: 'LATCHKEY_EVENTS_DAYS',
    flag: '--events-days',
    placeholder: 'days',
    default: 400,
    least: 1,
    most: 36_500,
    sentence: 'For how many days notifications are kept.',
  }),
} satisfies SettingTable
