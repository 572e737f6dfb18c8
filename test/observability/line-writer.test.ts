import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Backlog } from '../../src/lib/backlog.ts'
import { LineFile } from '../../src/observability/line-file.ts'
import type { LineSink } from '../../src/observability/line-sink.ts'
import { LineWriter } from '../../src/observability/line-writer.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { until } from '../gateway/harness.ts'

let folder: string
let path: string
const open: LineWriter[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-lines-'))
  path = join(folder, 'access.log')
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((writer) => writer.close()))
  rmSync(folder, { recursive: true })
})

const NEVER = { bytesMax: 0, filesMax: 3 }

function writerTo(sink: LineSink, logger = silentLogger()) {
  const backlog = new Backlog(1_000_000)
  const writer = new LineWriter({ sink, backlog, logger, name: 'test' })
  open.push(writer)
  return {
    backlog,
    writer,
    /** One batch with the line. */
    write(line: string): void {
      const lines = Buffer.from(`${line}\n`)
      if (backlog.tryAdd(lines.length)) writer.write(lines, 1)
      else backlog.drop(1)
    },
  }
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

describe('a file of lines', () => {
  it('gets all lines in their order, behind those that it has', async () => {
    for (const round of [0, 1]) {
      const { writer, write } = writerTo(await LineFile.open({ path, ...NEVER }))
      for (let i = 0; i < 100; i++) write(`${round} ${i}`)
      await writer.close()
    }
    expect(linesOf(path)).toEqual(
      Array.from({ length: 200 }, (_, i) => `${Math.floor(i / 100)} ${i % 100}`),
    )
  })

  it('is closed to everybody but its owner and group', async () => {
    writerTo(await LineFile.open({ path, ...NEVER }))
    expect(statSync(path).mode & 0o007).toBe(0)
  })

  it.each([
    ['renamed', () => renameSync(path, `${path}.old`)],
    ['removed', () => unlinkSync(path)],
  ])('is begun anew when somebody has %s it', async (_how, act) => {
    const { write } = writerTo(await LineFile.open({ path, ...NEVER }))
    write('first')
    await until(() => linesOf(path).length === 1)
    act()
    await until(() => {
      write('second')
      return linesOf(path).includes('second')
    })
    expect(linesOf(path)).not.toContain('first')
  })

  it('is renamed when it is full, and only so many are kept', async () => {
    const { write, writer, backlog } = writerTo(
      await LineFile.open({ path, bytesMax: 10, filesMax: 2 }),
    )
    for (let i = 0; i < 5; i++) {
      write(`a line of more than ten bytes: ${i}`)
      await until(() => linesOf(path).some((line) => line.endsWith(String(i))))
    }
    await writer.close()
    expect(readdirSync(folder).sort()).toEqual(['access.log', 'access.log.1', 'access.log.2'])
    expect(linesOf(`${path}.2`)[0]).toMatch(/2$/)
    expect(linesOf(`${path}.1`)[0]).toMatch(/3$/)
    expect(backlog.dropped).toBe(0)
  })

  it('cannot be opened in a folder that is not there', async () => {
    await expect(LineFile.open({ path: join(folder, 'a/b'), ...NEVER })).rejects.toThrow('ENOENT')
  })
})

describe('a writer of lines', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'drops and counts what a full disk does not take, complains, and goes on',
    async () => {
      const messages: string[] = []
      const logger = pino({}, { write: (line: string) => void messages.push(line) })
      const full = await LineFile.open({ path: '/dev/full', ...NEVER })
      const { write, writer, backlog } = writerTo(full, logger)
      write('one')
      write('two')
      await until(() => backlog.dropped === 2)
      await writer.close()
      expect(JSON.parse(messages.join(''))).toMatchObject({ lines: 2, err: { code: 'ENOSPC' } })
    },
  )

  it.skipIf(!existsSync('/dev/full'))(
    'leaves room in the backlog again when lines are written or dropped',
    async () => {
      for (const target of [path, '/dev/full']) {
        const { write, writer, backlog } = writerTo(await LineFile.open({ path: target, ...NEVER }))
        write('x'.repeat(900_000))
        await writer.close()
        expect(backlog.tryAdd(1_000_000)).toBe(true)
      }
    },
  )

  it('never has more than one write under way, and joins what waits behind it', async () => {
    const slow = new SlowSink()
    const { write, writer } = writerTo(slow)
    for (let i = 0; i < 10; i++) write(String(i))
    await until(() => slow.isWriting)
    slow.release()
    await writer.close()
    expect(slow.batches).toEqual(['0\n', '1\n2\n3\n4\n5\n6\n7\n8\n9\n'])
  })

  it('writes what is left when the process ends by a mistake', () => {
    const code = `
      import { Backlog } from '${join(import.meta.dirname, '../../src/lib/backlog.ts')}'
      import { LineFile } from '${join(import.meta.dirname, '../../src/observability/line-file.ts')}'
      import { LineWriter } from '${join(import.meta.dirname, '../../src/observability/line-writer.ts')}'
      import { silentLogger } from '${join(import.meta.dirname, '../../src/observability/logger.ts')}'
      const sink = await LineFile.open({ path: process.argv[1], bytesMax: 0, filesMax: 1 })
      const backlog = new Backlog(1000)
      const writer = new LineWriter({ sink, backlog, logger: silentLogger(), name: 'test' })
      process.on('uncaughtException', () => process.exit(1))
      for (const line of ['first', 'second', 'third']) writer.write(Buffer.from(line + '\\n'), 1)
      throw new Error('a mistake')
    `
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', code, path], { stdio: 'pipe' }),
    ).toThrow()
    // A write that was under way may end after the others.
    expect(linesOf(path).sort()).toEqual(['first', 'second', 'third'])
  })
})

/** Takes its first batch only when it is told to. */
class SlowSink implements LineSink {
  readonly batches: string[] = []
  isWriting = false
  readonly #released = Promise.withResolvers<void>()

  release(): void {
    this.#released.resolve()
  }

  async write(lines: Uint8Array): Promise<void> {
    if (this.isWriting) throw new Error('two at a time')
    this.isWriting = true
    await this.#released.promise
    this.batches.push(Buffer.from(lines).toString())
    this.isWriting = false
  }

  writeNow(): void {}

  async close(): Promise<void> {}
}
