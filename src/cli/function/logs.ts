import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionName } from '../../domain/names.ts'
import type { ApiFlags } from '../options.ts'
import { note, printJson, printLine } from '../output.ts'
import { openSession } from '../session.ts'
import { visible } from '../visible.ts'

interface LogFlags extends ApiFlags {
  readonly limit: number
  readonly follow?: boolean
}

type Line = Readonly<Record<string, string>>

const POLL_MS = 1_000
/** Between two polls no more lines than this may come, or some are not shown. */
const FOLLOWED_LINES = 1_000

export async function printLogs(name: FunctionName, flags: LogFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const follow = flags.follow === true
  const limit = follow ? Math.max(flags.limit, FOLLOWED_LINES) : flags.limit
  const answer = await client.functions.logs(scope, name, { limit })
  if (json && !follow) return printJson(answer)
  const show = json ? (line: Line) => printLine(JSON.stringify(line)) : printLogLine
  answer.logs.slice(-flags.limit).forEach(show)
  if (!follow) {
    if (answer.logs.length === 0) note('The function has written nothing yet.')
    return
  }
  for (let known = answer.logs; ; ) {
    await delay(POLL_MS)
    const { logs } = await client.functions.logs(scope, name, { limit })
    freshLines(known, logs).forEach(show)
    known = logs
  }
}

function printLogLine(line: Line): void {
  printLine(`${line.Time ?? ''} ${line.Pod ?? ''} ${visible(line.Message ?? '', '\t')}`)
}

/**
 * What the newer window of the newest lines has beyond the older one. Lines carry no number, so the
 * windows are laid over each other with as much overlap as fits.
 */
export function freshLines(older: readonly Line[], newer: readonly Line[]): readonly Line[] {
  const before = older.map((line) => JSON.stringify(line))
  const after = newer.map((line) => JSON.stringify(line))
  for (let gone = 0; gone < before.length; gone++) {
    const overlap = before.length - gone
    if (overlap > after.length) continue
    let same = 0
    while (same < overlap && before[gone + same] === after[same]) same++
    if (same === overlap) return newer.slice(overlap)
  }
  return newer
}
