import { integer, type SettingTable } from './setting.ts'

/** How control and data nodes wait for each other. */
export const FEED = {
  stalenessSecondsMax: integer({
    env: 'LATCHKEY_STALENESS_SECONDS_MAX',
    flag: '--staleness-seconds-max',
    placeholder: 'seconds',
    default: 0,
    least: 0,
    most: 31_536_000,
    sentence: 'How long a data node serves without word from control; 0 means without end.',
  }),
  propagationTimeoutSeconds: integer({
    env: 'LATCHKEY_PROPAGATION_TIMEOUT_SECONDS',
    flag: '--propagation-timeout-seconds',
    placeholder: 'seconds',
    default: 5,
    least: 1,
    most: 60,
    sentence:
      'How long a change waits for every live data node before its answer names those that lag.',
  }),
} satisfies SettingTable
