import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { followMerged, type LogNode } from '../../src/feed/log-merge.ts'
import {
  type FollowedLogs,
  isWanted,
  type LogCursor,
  type LogFilter,
  type LogLine,
  type LogNews,
  type LogQuery,
  TooManyFollowers,
} from '../../src/feed/log-query.ts'
import { logLine } from '../helpers/hand-made-logs.ts'

/** A data node whose lines tests write, and which can be away. */
class FakeNode implements LogNode {
  readonly name: string
  readonly lines: LogLine[] = []
  isAway = false
  isFull = false
  isRemoved = false
  #wake = Promise.withResolvers<void>()

  constructor(name: string) {
    this.name = name
  }

  write(position: number, message = `${this.name} ${position}`): void {
    this.lines.push(logLine({ timeMs: position, position, message }))
    this.wake()
  }

  wake(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  readonly client = {
    logs: async (_id: string, { limit, ...filter }: LogQuery) => {
      if (this.isAway) throw new Error('away')
      const lines = this.lines.filter((line) => isWanted(filter, line)).slice(-limit)
      return { lines, position: this.lines.at(-1)?.position ?? 0 }
    },
    followLogs: (_id: string, after: number, filter: LogFilter, signal: AbortSignal) =>
      this.#follow(after, filter, signal),
  }

  async *#follow(after: number, filter: LogFilter, signal: AbortSignal): AsyncGenerator<LogNews> {
    if (this.isFull) throw new TooManyFollowers()
    let told = after
    while (!signal.aborted) {
      if (this.isAway) throw new Error('away')
      if (this.isRemoved) return yield { kind: 'removed' }
      const lines = this.lines.filter((line) => line.position > told && isWanted(filter, line))
      told = this.lines.at(-1)?.position ?? told
      if (lines.length > 0) yield { kind: 'lines', lines }
      else await Promise.race([this.#wake.promise, once(signal, 'abort')])
    }
  }
}

const logger = { warn: () => {} }

function follow(nodes: FakeNode[], query: Partial<LogQuery> = {}, cursor?: LogCursor) {
  const stop = new AbortController()
  const there = () => nodes.filter((node) => !node.isAway)
  const asked = { limit: 100, ...query }
  const news = followMerged({ nodes: there, logger }, 'f', asked, cursor, stop.signal)
  const seen: Extract<FollowedLogs, { kind: 'line' }>[] = []
  const next = async (count: number): Promise<string[]> => {
    const from = seen.length
    while (seen.length < from + count) {
      const { value, done } = await news.next()
      if (done) throw new Error('it has ended')
      if (value.kind === 'line') seen.push(value)
      if (value.kind === 'removed') return ['removed']
    }
    return seen.slice(from).map(({ line }) => line.message)
  }
  const end = async () => {
    stop.abort()
    await news.return(undefined)
  }
  return { next, end, seen, news }
}

describe('following the logs of several nodes', () => {
  it('tells the newest of all by time, then what comes from any', async () => {
    const [a, b] = [new FakeNode('a'), new FakeNode('b')]
    for (const position of [1, 3, 5]) a.write(position)
    for (const position of [2, 4, 6]) b.write(position)
    const { next, end } = follow([a, b], { limit: 3 })
    expect(await next(3)).toEqual(['b 4', 'a 5', 'b 6'])
    const later = next(2)
    a.write(7)
    b.write(8)
    expect((await later).sort()).toEqual(['a 7', 'b 8'])
    await end()
  })

  it('goes on from the cursor of any line without a gap or a repetition', async () => {
    const [a, b] = [new FakeNode('a'), new FakeNode('b')]
    for (let position = 1; position <= 20; position++) (position % 3 ? a : b).write(position)
    const first = follow([a, b])
    const all = await first.next(20)
    await first.end()
    for (const [i, { cursor }] of first.seen.entries()) {
      const again = follow([a, b], {}, cursor)
      const rest = await again.next(20 - i - 1)
      expect([...all.slice(0, i + 1), ...rest].sort()).toEqual(all.toSorted())
      await again.end()
    }
  })

  it('takes up a node that was away, and one that came later', async () => {
    const [a, b] = [new FakeNode('a'), new FakeNode('b')]
    const start = Date.now() * 1000
    b.isAway = true
    a.write(start + 1)
    const { next, end } = follow([a, b])
    await next(1)
    b.write(start - 1_000_000, 'long ago')
    b.write(start + 2)
    b.isAway = false
    expect(await next(1)).toEqual([`b ${start + 2}`])
    a.isAway = true
    a.wake()
    a.write(start + 3)
    const later = next(1)
    a.isAway = false
    expect(await later).toEqual([`a ${start + 3}`])
    await end()
  })

  it('ends when the function is removed, and is refused where there are too many', async () => {
    const a = new FakeNode('a')
    a.write(1)
    const { next, news } = follow([a])
    await next(1)
    const end = next(1)
    a.isRemoved = true
    a.wake()
    expect(await end).toEqual(['removed'])
    expect((await news.next()).done).toBe(true)
    a.isRemoved = false
    a.isFull = true
    const refused = follow([a])
    await expect(refused.next(2)).rejects.toThrow(TooManyFollowers)
  })
})
