import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogStore, type LogStoreOptions, type NewLogLine } from '../../src/engine/log-store.ts'
import type { LogLine, LogNews } from '../../src/feed/log-query.ts'
import { ManualClock } from '../../src/lib/clock.ts'

const DAY_MS = 86_400_000

let folder = ''
let clock: ManualClock
const errors: unknown[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-logs-'))
  clock = new ManualClock(Date.now())
  errors.length = 0
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function store(options: Partial<LogStoreOptions> = {}): LogStore {
  return new LogStore({ folder, clock, onError: (error) => errors.push(error), ...options })
}

function line(message: string, rest: Partial<NewLogLine> = {}): NewLogLine {
  const one = { instanceId: 'abc', stream: 'stdout', requestId: null, versionId: 'v1' } as const
  return { timeMs: clock.now(), ...one, message, ...rest }
}

const messages = (lines: readonly Pick<LogLine, 'message'>[]) => lines.map((l) => l.message)
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `${from + i}`)

async function bytesThere(): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

describe('the newest lines', () => {
  it('come back, newest last, with all that is known of them', () => {
    const logs = store()
    for (let i = 0; i < 10; i++) logs.append('f', line(`line ${i}`))
    expect(messages(logs.tail('f', 3))).toEqual(['line 7', 'line 8', 'line 9'])
    const last = line('with\nall\u2028', { stream: 'stderr', requestId: 'req_1' })
    logs.append('f', last)
    expect(logs.tail('f', 1)).toEqual([{ ...last, position: expect.any(Number) }])
    expect(logs.tail('other', 3)).toEqual([])
  })

  it('are read across the blocks of a large file', () => {
    const logs = store()
    const long = 'é'.repeat(7000)
    for (let i = 0; i < 100; i++) logs.append('f', line(`${i} ${long}`))
    expect(messages(logs.tail('f', 1000))).toEqual(numbers(100).map((n) => `${n} ${long}`))
  })

  it('are written within a moment, the first at once', async () => {
    const logs = store()
    logs.append('f', line('first'))
    const path = () => readdir(folder)
    await vi.waitFor(async () => expect(await path()).toHaveLength(1))
    logs.append('f', line('second'))
    const [name] = await path()
    await vi.waitFor(async () => {
      expect(await readFile(join(folder, name!), 'utf8')).toContain('second')
    })
  })

  it('of an earlier version of the files are still read', async () => {
    await writeFile(join(folder, 'f.1.jsonl'), '[1,"abc","stdout",null,"oldest"]\n')
    await writeFile(join(folder, 'f.jsonl'), '[2,"abc","stderr","req_1","old"]\n')
    const logs = store()
    logs.append('f', line('new'))
    const read = logs.tail('f', 10)
    expect(messages(read)).toEqual(['oldest', 'old', 'new'])
    expect(read[1]).toMatchObject({ requestId: 'req_1', versionId: '' })
  })
})

describe('positions', () => {
  it('grow from line to line, over restarts and clocks that are put back', () => {
    const first = store()
    first.append('f', line('a'))
    first.append('f', line('b'))
    first.flush()
    clock.advance(-1000)
    const second = store()
    second.append('f', line('c'))
    const positions = second.tail('f', 3).map(({ position }) => position)
    expect(positions.toSorted((a, b) => a - b)).toEqual(positions)
    expect(new Set(positions).size).toBe(3)
  })
})

describe('the limits', () => {
  it('of bytes hold, the oldest lines going first', async () => {
    const bytesMax = 40_000
    const logs = store({ bytesMax })
    for (let i = 0; i < 3000; i++) {
      logs.append('f', line(`${i}`))
      if (i % 7 === 0) logs.flush()
    }
    logs.flush()
    const there = await bytesThere()
    expect(there).toBeLessThanOrEqual(bytesMax)
    expect(there).toBeGreaterThan(bytesMax / 2)
    const read = messages(logs.tail('f', 3000))
    expect(read).toEqual(numbers(read.length, 3000 - read.length))
  })

  it('of age hold for files that nothing is written to any more, after a restart too', async () => {
    const before = store()
    before.append('f', line('old'))
    before.flush()
    clock.advance(31 * DAY_MS)
    const logs = store({ ageMaxMs: 30 * DAY_MS })
    logs.append('g', line('new'))
    logs.flush()
    expect((await logs.search('f', { limit: 5 })).lines).toEqual([])
    logs.forgetOld()
    expect(await readdir(folder)).toHaveLength(0)
  })

  it('of age cut a function that writes little into several files', async () => {
    const logs = store({ ageMaxMs: 8 * DAY_MS })
    for (let day = 0; day < 5; day++) {
      logs.append('f', line(`day ${day}`))
      logs.flush()
      clock.advance(2 * DAY_MS)
    }
    expect(await readdir(folder)).toHaveLength(5)
    const { lines } = await logs.search('f', { limit: 10 })
    expect(messages(lines)).toEqual(['day 1', 'day 2', 'day 3', 'day 4'])
  })
})

describe('a search', () => {
  it('finds by time, request, instance and stream, with a limit', async () => {
    const logs = store()
    const startMs = clock.now()
    for (let i = 0; i < 2000; i++) {
      const rest = {
        requestId: `req_${i % 100}`,
        instanceId: `i${i % 3}`,
        stream: i % 2 === 0 ? 'stdout' : 'stderr',
      } as const
      logs.append('f', line(`${i}`, rest))
      clock.advance(1000)
    }
    const search = async (query: object) =>
      messages((await logs.search('f', { limit: 5000, ...query })).lines).map(Number)
    expect(await search({ sinceMs: startMs + 1_990_000 })).toEqual(numbers(10, 1990).map(Number))
    expect(await search({ untilMs: startMs + 2_000, limit: 2 })).toEqual([1, 2])
    const found = await search({ requestId: 'req_7' })
    expect(found).toHaveLength(20)
    expect(found.every((n) => n % 100 === 7)).toBe(true)
    expect(await search({ requestId: 'req_7', stream: 'stdout' })).toEqual([])
    const both = await search({ requestId: 'req_7', instanceId: 'i1' })
    expect(both.length).toBeGreaterThan(0)
    expect(both.every((n) => n % 100 === 7 && n % 3 === 1)).toBe(true)
    expect(await search({ requestId: 'req_' })).toEqual([])
  })
})

describe('after a kill or a fault', () => {
  it('a torn last line is skipped and does not spoil the next', async () => {
    const before = store()
    before.append('f', line('whole'))
    before.flush()
    const [name] = await readdir(folder)
    await appendFile(join(folder, name!), '[1,"abc","stdo')
    const logs = store()
    expect(messages(logs.tail('f', 10))).toEqual(['whole'])
    logs.append('f', line('after'))
    expect(messages(logs.tail('f', 10))).toEqual(['whole', 'after'])
  })

  it('what cannot be written is reported once, waits, and is written when it can be', async () => {
    const logs = store()
    await rm(folder, { recursive: true })
    await writeFile(folder, 'no folder any more')
    for (let i = 0; i < 3; i++) {
      logs.append('f', line(`${i}`))
      logs.flush()
    }
    expect(errors).toHaveLength(1)
    expect(messages(logs.tail('f', 10))).toEqual(['0', '1', '2'])
    await rm(folder)
    logs.flush()
    expect(await readdir(folder)).toHaveLength(1)
    expect(messages(logs.tail('f', 10))).toEqual(['0', '1', '2'])
  })

  it('what finds no room while nothing can be written is counted in the log', async () => {
    const logs = store()
    await rm(folder, { recursive: true })
    await writeFile(folder, 'no folder any more')
    for (let i = 0; i < 20_000; i++) logs.append('f', line(`${i} ${'x'.repeat(50)}`))
    logs.flush()
    await rm(folder)
    logs.flush()
    const read = logs.tail('f', 30_000)
    const lost = 20_000 - (read.length - 1)
    expect(lost).toBeGreaterThan(0)
    expect(read.at(-1)).toMatchObject({
      stream: 'system',
      message: `${lost} lines were lost here: the disk could not take them`,
    })
  })

  it('a folder that somebody has removed is made again', async () => {
    const logs = store()
    logs.append('f', line('gone'))
    logs.flush()
    await rm(folder, { recursive: true })
    logs.append('f', line('there'))
    expect(messages(logs.tail('f', 10))).toEqual(['there'])
    expect(errors).toEqual([])
  })
})

describe('removing', () => {
  it('leaves nothing of a function', async () => {
    const logs = store({ bytesMax: 40_000 })
    for (let i = 0; i < 500; i++) logs.append('f', line(`${i}`))
    logs.append('g', line('stays'))
    logs.flush()
    logs.remove('f')
    expect((await readdir(folder)).every((name) => name.startsWith('g.'))).toBe(true)
    expect(logs.tail('f', 5)).toEqual([])
  })

  it('finds what functions left that were removed while nobody was here', async () => {
    const before = store()
    before.append('f', line('left'))
    before.append('g', line('stays'))
    before.flush()
    const logs = store()
    logs.keepOnly((id) => id === 'g')
    expect((await readdir(folder)).every((name) => name.startsWith('g.'))).toBe(true)
  })
})

describe('a follower', () => {
  const followed = (logs: LogStore, after: number, options: { filter?: object } = {}) => {
    const stop = new AbortController()
    const news = logs.follow('f', after, options.filter ?? {}, stop.signal)
    const next = async (count: number): Promise<string[]> => {
      const got: string[] = []
      while (got.length < count) {
        const { value, done } = await news.next()
        if (done) throw new Error('it has ended')
        const one = value as LogNews
        if (one.kind === 'lines') got.push(...messages(one.lines))
        if (one.kind === 'removed') return [...got, 'removed']
      }
      return got
    }
    return { next, news, stop: () => stop.abort() }
  }

  it('gets what is there after its position, then what comes, over the ends of files', async () => {
    const logs = store({ bytesMax: 80_000 })
    for (let i = 0; i < 20; i++) logs.append('f', line(`${i}`))
    const after = logs.tail('f', 10)[0]!.position
    const follower = followed(logs, after)
    expect(await follower.next(9)).toEqual(numbers(9, 11))
    const later = follower.next(600)
    for (let i = 20; i < 620; i++) {
      logs.append('f', line(`${i}`))
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await later).toEqual(numbers(600, 20))
    expect((await readdir(folder)).length).toBeGreaterThan(1)
    follower.stop()
    expect((await follower.news.next()).done).toBe(true)
  })

  it('of a function that has written nothing waits for its first line', async () => {
    const logs = store()
    const follower = followed(logs, 0, { filter: { stream: 'stderr' } })
    const first = follower.next(1)
    logs.append('f', line('no'))
    logs.append('f', line('yes', { stream: 'stderr' }))
    expect(await first).toEqual(['yes'])
    follower.stop()
  })

  it('that is slow holds nothing, and misses only what has gone from the disk', async () => {
    const logs = store({ bytesMax: 40_000 })
    logs.append('f', line('first'))
    const follower = followed(logs, 0)
    expect(await follower.next(1)).toEqual(['first'])
    for (let i = 0; i < 3000; i++) logs.append('f', line(`${i}`))
    logs.flush()
    const there = messages(logs.tail('f', 3000))
    expect(there.length).toBeLessThan(3000)
    const got = await follower.next(there.length)
    expect(got.at(-1)).toBe('2999')
    follower.stop()
  })

  it('is told when the function is removed', async () => {
    const logs = store()
    logs.append('f', line('last'))
    const follower = followed(logs, 0)
    expect(await follower.next(1)).toEqual(['last'])
    const end = follower.next(1)
    logs.remove('f')
    expect(await end).toEqual(['removed'])
    expect((await follower.news.next()).done).toBe(true)
  })
})
