import { type Logger, pino } from 'pino'
import { scrubbed } from './scrub.ts'

export type { Logger } from 'pino'

/** Where a secret could stand in something that is logged by mistake. Tested with a planted secret. */
export const REDACTED_PATHS = [
  'secret',
  '*.secret',
  'token',
  '*.token',
  'authorization',
  '*.authorization',
  'headers.authorization',
  'headers["x-api-key"]',
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'adminToken',
  '*.adminToken',
  'password',
  '*.password',
  'smtpUrl',
  '*.smtpUrl',
  'secretKey',
  '*.secretKey',
  'secretKeyPrevious',
  '*.secretKeyPrevious',
  'headers.cookie',
  'req.headers.cookie',
  'envs',
  '*.envs',
]

/** JSON lines on standard error, so that standard output stays for what a person asked for. */
export function createLogger(options: { level: string; role: string }): Logger {
  const stderr = pino.destination({ dest: 2, sync: true })
  // A terminal that is closed gives EIO, which pino takes for no broken pipe: lines are lost, and nothing else.
  stderr.on('error', () => {})
  return pino(
    {
      level: options.level,
      base: { role: options.role },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      hooks: { streamWrite: scrubbed },
    },
    stderr,
  )
}

/** For tests and for code that runs without a server. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
