import { setTimeout as delay } from 'node:timers/promises'
import { ApiError, UnreachableError } from '../../client/errors.ts'
import type { LogQuery } from '../../client/functions.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { backoffMs } from '../../lib/backoff.ts'
import type { ApiFlags } from '../options.ts'
import { note, printChunk, printJson } from '../output.ts'
import { openSession, type Session } from '../session.ts'
import { visible } from '../visible.ts'

interface LogFlags extends ApiFlags {
  readonly limit: number
  readonly follow?: boolean
  readonly since?: string
  readonly until?: string
  readonly requestId?: string
  readonly instance?: string
  readonly stream?: 'stdout' | 'stderr' | 'system'
}

type Line = Readonly<Record<string, string>>

const RECONNECT = { firstMs: 200, longestMs: 5_000 }

export async function printLogs(name: FunctionName, flags: LogFlags): Promise<void> {
  const session = openSession(flags)
  const query = {
    limit: flags.limit,
    since: flags.since,
    until: flags.until,
    request_id: flags.requestId,
    instance: flags.instance,
    stream: flags.stream,
  }
  if (flags.follow === true) return followLogs(session, name, query)
  const answer = await session.client.functions.logs(session.scope, name, query)
  if (session.json) return printJson(answer)
  if (answer.logs.length === 0) {
    return note('There is nothing in the log that fits; it may have been too long ago.')
  }
  await printChunk(Buffer.from(answer.logs.map(lineText).join('')))
}

/** Until the function is deleted; a connection that breaks off is taken up where it ended. */
async function followLogs(session: Session, name: FunctionName, query: LogQuery): Promise<void> {
  const { client, scope, json } = session
  const text = json ? (line: Line) => `${JSON.stringify(line)}\n` : lineText
  let lastEventId: string | undefined
  let attempt = 0
  // What is wrong from the beginning is said at once; what breaks off later is taken up.
  await client.functions.get(scope, name)
  for (;;) {
    try {
      const options = lastEventId === undefined ? {} : { lastEventId }
      for await (const event of client.functions.followLogs(scope, name, query, options)) {
        attempt = 0
        if (event.event === 'end') return note(`${formatFunctionName(name)} is deleted.`)
        if (event.event !== 'line') continue
        lastEventId = event.id
        await printChunk(Buffer.from(text(JSON.parse(event.data) as Line)))
      }
    } catch (error) {
      if (!isPassing(error)) throw error
      if (attempt === 0) note(`${(error as Error).message} Trying again.`)
    }
    await delay(backoffMs(attempt, RECONNECT))
    attempt += 1
  }
}

function lineText(line: Line): string {
  const time = line.Timestamp ?? line.Time ?? ''
  return `${visible(time)} ${visible(line.Pod ?? '')} ${visible(line.Message ?? '', '\t')}\n`
}

/** The server restarts, or has too many followers for the moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true
  return error instanceof ApiError && (error.status >= 500 || error.status === 429)
}
