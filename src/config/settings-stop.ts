import { integer, type SettingTable } from './setting.ts'

/** What goes before a stop. */
export const DRAIN = {
  drainSeconds: integer({
    env: 'LATCHKEY_DRAIN_SECONDS',
    flag: '--drain-seconds',
    placeholder: 'seconds',
    default: 0,
    least: 0,
    most: 600,
    sentence:
      'How long a stop goes on serving while `/readyz` says no, so that load balancers leave first.',
  }),
} satisfies SettingTable

/** The stop itself. */
export const STOP = {
  stopTimeoutSeconds: integer({
    env: 'LATCHKEY_STOP_TIMEOUT_SECONDS',
    flag: '--stop-timeout-seconds',
    placeholder: 'seconds',
    default: 20,
    least: 1,
    most: 600,
    sentence: 'How long a stop waits for requests in flight.',
  }),
} satisfies SettingTable
