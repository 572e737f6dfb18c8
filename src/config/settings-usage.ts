import { integer, type SettingTable } from './setting.ts'

/** How long usage is kept. */
export const USAGE = {
  usageMinutesDays: integer({
    env: 'LATCHKEY_USAGE_MINUTES_DAYS',
    flag: '--usage-minutes-days',
    placeholder: 'days',
    default: 3,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the minute.',
  }),
  usageHoursDays: integer({
    env: 'LATCHKEY_USAGE_HOURS_DAYS',
    flag: '--usage-hours-days',
    placeholder: 'days',
    default: 90,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the hour.',
  }),
  usageDays: integer({
    env: 'LATCHKEY_USAGE_DAYS',
    flag: '--usage-days',
    placeholder: 'days',
    default: 730,
    least: 1,
    most: 36_500,
    sentence: 'For how many days usage is kept by the day.',
  }),
} satisfies SettingTable
