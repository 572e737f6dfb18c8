import { availableParallelism } from 'node:os'
import { parseToken, TOKEN_PATTERN, TOKEN_SECRET_CHARS_MIN } from '../domain/token.ts'
import { choice, INVALID, integer, onByDefault, type SettingTable, secret } from './setting.ts'

const GATEWAY_THREADS_MAX = 64

/** What a start makes and runs. */
export const START = {
  adminToken: secret(
    {
      env: 'LATCHKEY_ADMIN_TOKEN',
      expects: `${TOKEN_PATTERN}, the secret of at least ${TOKEN_SECRET_CHARS_MIN} visible characters`,
      sentence: "An operator's token for automation, used instead of a made one and never printed.",
    },
    (value) => {
      const token = parseToken(value)
      if (token === undefined || token.id === 0) return INVALID
      return token.secret.length < TOKEN_SECRET_CHARS_MIN ? INVALID : token
    },
  ),
  demo: onByDefault({
    env: 'LATCHKEY_DEMO',
    flag: '--no-demo',
    sentence: 'Whether the first start makes a namespace, a function and a key to try.',
  }),
  role: choice({
    env: 'LATCHKEY_ROLE',
    flag: '--role',
    placeholder: 'role',
    choices: ['all', 'control', 'data'],
    default: 'all',
    sentence: 'Which part runs: both under one supervisor, or one of them alone.',
  }),
  gatewayThreads: integer({
    env: 'LATCHKEY_GATEWAY_THREADS',
    flag: '--gateway-threads',
    placeholder: 'count',
    default: Math.min(availableParallelism(), GATEWAY_THREADS_MAX),
    defaultText: 'as many as processor cores',
    least: 1,
    most: GATEWAY_THREADS_MAX,
    sentence: 'How many threads serve callers on the gateway port.',
  }),
} satisfies SettingTable
