import type { IncomingMessage, ServerResponse } from 'node:http'
import { type LogFilter, type LogNews, parseFilter } from './log-query.ts'
import { taken } from './snapshot-sender.ts'

/** One JSON line for each {@link LogNews}. */
export const FOLLOW_LOGS = '/v1/logs/follow'
export interface FollowerLimits {
  /** At a time. */
  readonly followersMax: number
  /** Who takes nothing for so long is let go; it can ask again for what it lacks. */
  readonly patienceMs: number
}

const LIMITS: FollowerLimits = { followersMax: 200, patienceMs: 30_000 }

export interface FollowableLogs {
  followLogs(
    functionId: string,
    after: number,
    filter: LogFilter,
    signal: AbortSignal,
  ): AsyncIterable<LogNews>
}

/** A data node's end of following logs: a bounded number of readers, none of which can make it hold lines. */
export class LogFollowers {
  readonly #logs: FollowableLogs
  readonly #limits: FollowerLimits
  #count = 0

  constructor(logs: FollowableLogs, limits = LIMITS) {
    this.#logs = logs
    this.#limits = limits
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#count >= this.#limits.followersMax) {
      response.writeHead(429).end()
      return
    }
    const { searchParams } = new URL(request.url ?? '/', 'http://node')
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const news = this.#logs.followLogs(
      searchParams.get('function') ?? '',
      Number(searchParams.get('after')),
      parseFilter(searchParams),
      gone.signal,
    )
    this.#count += 1
    try {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.flushHeaders()
      for await (const one of news) {
        response.write(`${JSON.stringify(one)}\n`)
        if ((await taken(response, this.#limits.patienceMs)) !== 'taken') break
      }
    } finally {
      this.#count -= 1
      gone.abort()
      if (response.writableNeedDrain) response.destroy()
      else response.end()
    }
  }
}
