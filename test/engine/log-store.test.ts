import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogStore } from '../../src/engine/log-store.ts'
import type { LogLine } from '../../src/feed/nodes.ts'

let folder = ''
const errors: unknown[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-logs-'))
  errors.length = 0
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function store(fileBytesMax?: number) {
  const onError = (error: unknown) => errors.push(error)
  return new LogStore({ folder, onError, ...(fileBytesMax === undefined ? {} : { fileBytesMax }) })
}

function line(message: string): LogLine {
  return { timeMs: 1, instanceId: 'abc', stream: 'stdout', requestId: null, message }
}

const messages = (lines: readonly LogLine[]) => lines.map((l) => l.message)

test('the newest lines come back, newest last, whether written yet or not', () => {
  const logs = store()
  for (let i = 0; i < 10; i++) logs.append('f', line(`line ${i}`))
  expect(messages(logs.tail('f', 3))).toEqual(['line 7', 'line 8', 'line 9'])
  logs.append('f', { ...line('with\nall\u2028'), stream: 'stderr', requestId: 'req_1' })
  expect(logs.tail('f', 1)).toEqual([
    { ...line('with\nall\u2028'), stream: 'stderr', requestId: 'req_1' },
  ])
  expect(logs.tail('other', 3)).toEqual([])
})

test('lines are read across the blocks of a large file', () => {
  const logs = store()
  const long = 'é'.repeat(7000)
  for (let i = 0; i < 100; i++) logs.append('f', line(`${i} ${long}`))
  expect(messages(logs.tail('f', 1000))).toEqual(
    Array.from({ length: 100 }, (_, i) => `${i} ${long}`),
  )
})

test('a full file becomes the older of two, and the tail spans both', async () => {
  const logs = store(10_000)
  for (let i = 0; i < 1000; i++) {
    logs.append('f', line(`line ${i}`))
    logs.flush()
  }
  expect((await readdir(folder)).sort()).toEqual(['f.1.jsonl', 'f.jsonl'])
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).size).toBeLessThan(10_100)
  }
  const tail = messages(logs.tail('f', 250))
  expect(tail).toEqual(Array.from({ length: 250 }, (_, i) => `line ${750 + i}`))
  logs.remove('f')
  expect(await readdir(folder)).toEqual([])
})

test('a torn last line is skipped and does not spoil the next', async () => {
  const before = store()
  before.append('f', line('whole'))
  before.flush()
  await appendFile(join(folder, 'f.jsonl'), '[1,"abc","stdo')

  const logs = store()
  expect(messages(logs.tail('f', 10))).toEqual(['whole'])
  logs.append('f', line('after'))
  expect(messages(logs.tail('f', 10))).toEqual(['whole', 'after'])
  expect(await readFile(join(folder, 'f.jsonl'), 'utf8')).toMatch(/"stdo\n\[1/)
})

test('what cannot be written is reported and does not throw', async () => {
  const logs = store()
  await rm(folder, { recursive: true })
  await writeFile(folder, 'no folder any more')
  logs.append('f', line('lost'))
  logs.flush()
  expect(errors).toHaveLength(1)
})
