import type { LogLine } from '../feed/log-query.ts'

/** `[timeMs, instanceId, stream, requestId, message, versionId, position]`; files of before lack the last two. */
type StoredLine = readonly [
  number,
  string,
  LogLine['stream'],
  string | null,
  string,
  string?,
  number?,
]

/** Ends in a line break. */
export function formatLine(line: LogLine): string {
  const { timeMs, instanceId, stream, requestId, message, versionId, position } = line
  const stored: StoredLine = [timeMs, instanceId, stream, requestId, message, versionId, position]
  return `${JSON.stringify(stored)}\n`
}

/** Undefined for a line that was torn when its writer was killed. */
export function parseLine(text: string): LogLine | undefined {
  try {
    const [timeMs, instanceId, stream, requestId, message, versionId = '', position] = JSON.parse(
      text,
    ) as StoredLine
    return {
      timeMs,
      instanceId,
      stream,
      requestId,
      message,
      versionId,
      position: position ?? firstPosition(timeMs),
    }
  } catch {
    // Torn, so it is no JSON. There is nothing to learn from it.
    return undefined
  }
}

/**
 * Positions grow by at least one from line to line of a function, and are never below this of the line's
 * time: so they go on growing when what was written before is gone.
 */
export function firstPosition(timeMs: number): number {
  return Math.floor(timeMs) * 1000
}
