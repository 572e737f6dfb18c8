import { choice, integer, type SettingTable } from './setting.ts'

/** How instances come to be, how long they stay, and how requests wait for them. */
export const INSTANCES = {
  instanceConcurrency: integer({
    env: 'LATCHKEY_INSTANCE_CONCURRENCY',
    flag: '--instance-concurrency',
    placeholder: 'count',
    default: 32,
    least: 1,
    most: 10_000,
    sentence: 'How many requests one instance is given at a time before another is started.',
  }),
  idleTimeoutSeconds: integer({
    env: 'LATCHKEY_IDLE_TIMEOUT_SECONDS',
    flag: '--idle-timeout-seconds',
    placeholder: 'seconds',
    default: 60,
    least: 1,
    most: 86_400,
    sentence:
      'How long an instance above the minimum stays without a request before it is stopped.',
  }),
  spareInstances: integer({
    env: 'LATCHKEY_SPARE_INSTANCES',
    flag: '--spare-instances',
    placeholder: 'count',
    default: 1,
    least: 0,
    most: 64,
    sentence:
      'How many processes are started ahead, so that a first call need not wait for one; 0 for none.',
  }),
  isolation: choice({
    env: 'LATCHKEY_ISOLATION',
    flag: '--isolation',
    placeholder: 'level',
    choices: ['auto', 'namespaced', 'process'],
    default: 'auto',
    sentence:
      'How functions and builds are kept apart: auto takes the best that this machine allows, namespaced refuses to start with less, process does without.',
  }),
  startTimeoutSeconds: integer({
    env: 'LATCHKEY_START_TIMEOUT_SECONDS',
    flag: '--start-timeout-seconds',
    placeholder: 'seconds',
    default: 30,
    least: 1,
    most: 600,
    sentence: 'How long an instance may take until it can serve.',
  }),
  queueLength: integer({
    env: 'LATCHKEY_QUEUE_LENGTH',
    flag: '--queue-length',
    placeholder: 'count',
    default: 1_000,
    least: 0,
    most: 1_000_000,
    sentence:
      'How many requests of one function may wait in one gateway thread for a free instance.',
  }),
  queueTimeoutSeconds: integer({
    env: 'LATCHKEY_QUEUE_TIMEOUT_SECONDS',
    flag: '--queue-timeout-seconds',
    placeholder: 'seconds',
    default: 30,
    least: 1,
    most: 600,
    sentence: 'How long a request waits for a free instance before it is answered 503.',
  }),
} satisfies SettingTable
