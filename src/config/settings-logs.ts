import { choice, integer, offByDefault, type SettingTable, text } from './setting.ts'

/** The access log, the output of functions, and the log of the server itself. */
export const LOGS = {
  accessLog: text(
    {
      env: 'LATCHKEY_ACCESS_LOG',
      flag: '--access-log',
      placeholder: 'where',
      default: 'off',
      expects: 'off, stdout, or the path of a file',
      sentence: 'Where a JSON line for each request that callers make is written.',
    },
    (value) => value.length > 0 && !value.includes('\0'),
  ),
  accessLogBytesMax: integer({
    env: 'LATCHKEY_ACCESS_LOG_BYTES_MAX',
    flag: '--access-log-bytes-max',
    placeholder: 'bytes',
    default: 100 * 1024 * 1024,
    least: 0,
    most: 1024 ** 4,
    sentence:
      'The size at which the file of the access log is renamed and begun anew; 0 for never.',
  }),
  accessLogFiles: integer({
    env: 'LATCHKEY_ACCESS_LOG_FILES',
    flag: '--access-log-files',
    placeholder: 'count',
    default: 5,
    least: 1,
    most: 1_000,
    sentence: 'How many renamed files of the access log are kept.',
  }),
  accessLogQuery: offByDefault({
    env: 'LATCHKEY_ACCESS_LOG_QUERY',
    flag: '--access-log-query',
    sentence: 'Whether the access log shows query strings, in which people put secrets.',
  }),
  functionLogsBytesMax: integer({
    env: 'LATCHKEY_FUNCTION_LOGS_BYTES_MAX',
    flag: '--function-logs-bytes-max',
    placeholder: 'bytes',
    default: 10 * 1024 * 1024,
    least: 1024 * 1024,
    most: 1024 ** 3,
    sentence: 'How much of the output of each function is kept on disk; the oldest goes first.',
  }),
  functionLogsDays: integer({
    env: 'LATCHKEY_FUNCTION_LOGS_DAYS',
    flag: '--function-logs-days',
    placeholder: 'days',
    default: 30,
    least: 1,
    most: 3_650,
    sentence: 'How long the output of functions is kept.',
  }),
  logLevel: choice({
    env: 'LATCHKEY_LOG_LEVEL',
    flag: '--log-level',
    placeholder: 'level',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    sentence: "The least severe of the server's own log lines that are written to standard error.",
  }),
} satisfies SettingTable
