import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FollowerLimits, LogFollowers } from '../../src/feed/log-followers.ts'
import { type LogFilter, type LogNews, TooManyFollowers } from '../../src/feed/log-query.ts'
import { NodeClient } from '../../src/feed/node-client.ts'
import { unixHttp } from '../../src/lib/unix-http.ts'
import { logLine } from '../helpers/hand-made-logs.ts'

let folder: string
let server: Server
const asked: { id: string; after: number; filter: LogFilter }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-followers-'))
  asked.length = 0
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  rmSync(folder, { recursive: true })
})

async function serve(
  news: (signal: AbortSignal) => AsyncGenerator<LogNews>,
  limits?: FollowerLimits,
): Promise<{ path: string; ended(): number }> {
  let ended = 0
  const logs = {
    async *followLogs(id: string, after: number, filter: LogFilter, signal: AbortSignal) {
      asked.push({ id, after, filter })
      try {
        yield* news(signal)
      } finally {
        ended += 1
      }
    },
  }
  const followers = new LogFollowers(logs, limits)
  server = createServer((request, response) => void followers.serve(request, response))
  const path = join(folder, 'node.sock')
  server.listen(path)
  await once(server, 'listening')
  return { path, ended: () => ended }
}

async function* untilAborted(signal: AbortSignal): AsyncGenerator<LogNews> {
  yield { kind: 'lines', lines: [logLine()] }
  await once(signal, 'abort')
}

describe('a data node whose logs are followed', () => {
  it('is asked for what is wanted, and stops reading when the reader goes', async () => {
    const { path, ended } = await serve(untilAborted)
    const stop = new AbortController()
    const filter = { sinceMs: 5, requestId: 'a&b=c', stream: 'stderr' } as const
    const news = new NodeClient(path).followLogs('f', 7, filter, stop.signal)
    expect((await news.next()).value).toEqual({ kind: 'lines', lines: [logLine()] })
    expect(asked).toEqual([{ id: 'f', after: 7, filter }])
    stop.abort()
    expect((await news.next()).done).toBe(true)
    await expect.poll(ended).toBe(1)
  })

  it('serves a bounded number of readers', async () => {
    const limits = { followersMax: 2, patienceMs: 30_000 }
    const { path, ended } = await serve(untilAborted, limits)
    const stop = new AbortController()
    const follow = () => new NodeClient(path).followLogs('f', 0, {}, stop.signal)
    const served = [follow(), follow()]
    for (const news of served) await news.next()
    await expect(follow().next()).rejects.toThrow(TooManyFollowers)
    await served[0]!.return(undefined)
    await expect.poll(ended).toBe(1)
    expect((await follow().next()).value).toMatchObject({ kind: 'lines' })
    stop.abort()
  })

  it('holds no more than a batch for a reader that reads nothing, and lets it go', async () => {
    let batches = 0
    const flood = async function* (signal: AbortSignal): AsyncGenerator<LogNews> {
      const lines = [logLine({ message: 'x'.repeat(256 * 1024) })]
      while (!signal.aborted) {
        batches += 1
        yield { kind: 'lines', lines }
      }
    }
    const { path: socketPath, ended } = await serve(flood, { followersMax: 2, patienceMs: 50 })
    const path = '/v1/logs/follow?function=f&after=0'
    const response = await unixHttp({ socketPath, method: 'GET', path, timeoutMs: 30_000 })
    response.pause()
    await expect.poll(ended, { timeout: 30_000 }).toBe(1)
    expect(batches).toBeLessThan(20)
    response.destroy()
  })
})
