import { integer, type SettingTable } from './setting.ts'

/** How people stay signed in. */
export const OPERATORS = {
  sessionIdleMinutes: integer({
    env: 'LATCHKEY_SESSION_IDLE_MINUTES',
    flag: '--session-idle-minutes',
    placeholder: 'minutes',
    default: 720,
    least: 5,
    most: 525_600,
    sentence: 'After how long without a request somebody who is signed in has to log in again.',
  }),
  sessionDays: integer({
    env: 'LATCHKEY_SESSION_DAYS',
    flag: '--session-days',
    placeholder: 'days',
    default: 30,
    least: 1,
    most: 365,
    sentence: 'After how many days one has to log in again, however much one was here.',
  }),
} satisfies SettingTable
