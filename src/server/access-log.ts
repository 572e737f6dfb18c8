import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DEFINITIONS, type Settings } from '../config/settings.ts'
import { ACCESS_LOG_BACKLOG_BYTES, type AccessLogTarget } from '../gateway/access-log.ts'
import { Backlog } from '../lib/backlog.ts'
import { LineFile } from '../observability/line-file.ts'
import { standardOutput } from '../observability/line-sink.ts'
import { LineWriter } from '../observability/line-writer.ts'
import type { Logger } from '../observability/logger.ts'

export interface RunningAccessLog {
  /** For the gateway threads. */
  readonly target: AccessLogTarget
  /** Since the start: lines that the disk or the reader of standard output did not take in time. */
  readonly droppedLines: number
  /** After the last thread has ended. */
  close(): Promise<void>
}

/** Undefined when none is wanted. Rejects with the system's error when the file cannot be opened. */
export async function openAccessLog(
  settings: Settings,
  logger: Logger,
): Promise<RunningAccessLog | undefined> {
  const { accessLog, accessLogBytesMax: bytesMax, accessLogFiles: filesMax } = settings
  if (accessLog === 'off') return undefined
  const backlog = new Backlog(ACCESS_LOG_BACKLOG_BYTES)
  const sink =
    accessLog === 'stdout'
      ? standardOutput()
      : await LineFile.open({ path: resolve(accessLog), bytesMax, filesMax })
  const writer = new LineWriter({ sink, backlog, logger, name: 'access log' })
  return {
    target: {
      withQuery: settings.accessLogQuery,
      backlog,
      take: (lines, count) => writer.write(lines, count),
    },
    get droppedLines() {
      return backlog.dropped
    },
    close: () => writer.close(),
  }
}

/** The sentence when the file of the access log cannot be made or written; undefined when it can. */
export function accessLogFault({ accessLog, role }: Settings): string | undefined {
  if (accessLog === 'off' || accessLog === 'stdout' || role === 'control') return undefined
  const path = resolve(accessLog)
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) accessSync(dirname(path), constants.W_OK | constants.X_OK)
    else if (stats.isFile() || stats.isCharacterDevice()) accessSync(path, constants.W_OK)
    else return faultSentence(path, 'it is no file')
    return undefined
  } catch (error) {
    return faultSentence(path, (error as Error).message)
  }
}

function faultSentence(path: string, reason: string): string {
  const { env } = DEFINITIONS.accessLog
  return `The access log ${path} cannot be written (${reason}). Mend that, or choose another file, stdout or off with ${env}.`
}
