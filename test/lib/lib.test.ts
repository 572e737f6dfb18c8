import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replaceFile } from '../../src/lib/atomic-file.ts'
import { backoffMs } from '../../src/lib/backoff.ts'
import {
  base62FromInteger,
  base62FromUint32,
  base62ToNumber,
  randomBase62,
} from '../../src/lib/base62.ts'
import { BoundedQueue } from '../../src/lib/bounded-queue.ts'
import { crc32OfAscii } from '../../src/lib/crc32.ts'
import { withTimeout } from '../../src/lib/deferred.ts'
import { newRequestId } from '../../src/lib/ids.ts'
import { InFlight } from '../../src/lib/in-flight.ts'
import { JsonLines } from '../../src/lib/json-lines.ts'
import { readPlainFile } from '../../src/lib/plain-file.ts'
import { utcSeconds } from '../../src/lib/utc-time.ts'

describe('the bounded queue', () => {
  it('behaves like an array that refuses what is too much', () => {
    const command = fc.oneof(fc.constant('shift'), fc.constant('remove'), fc.nat(99))
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const queue = new BoundedQueue<number>(3)
        const model: { item: number; remove: () => boolean }[] = []
        for (const c of commands) {
          if (c === 'shift') expect(queue.shift()).toBe(model.shift()?.item)
          else if (c === 'remove') {
            const [entry] = model.splice(model.length > 2 ? 1 : -1, 1)
            if (entry !== undefined) expect(entry.remove()).toBe(true)
          } else {
            const remove = queue.push(c)
            expect(remove === undefined).toBe(model.length >= 3)
            if (remove !== undefined) model.push({ item: c, remove })
          }
          expect(queue.length).toBe(model.length)
        }
      }),
    )
  })

  it('says that an item has left already', () => {
    const queue = new BoundedQueue<number>(1)
    const remove = queue.push(1)!
    queue.shift()
    expect(remove()).toBe(false)
  })

  it('keeps nothing of what has left, whoever still waits at the front', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const queue = new BoundedQueue<object>(3)
    queue.push({})
    const left = (() => {
      const item = {}
      queue.push(item)!()
      return new WeakRef(item)
    })()
    queue.push({})
    await setImmediate()
    collectGarbage()
    expect(left.deref()).toBeUndefined()
    expect(queue.length).toBe(2)
  })
})

// The shims are plain JavaScript and import nothing from src, so Node's has a copy of its own.
const shimFile = new URL('../../runtimes/node/in-flight.mjs', import.meta.url).href
const { InFlight: ShimInFlight } = (await import(shimFile)) as { InFlight: typeof InFlight }

describe('what is in flight', () => {
  it.each([
    ['of the gateway', InFlight],
    ["of Node's shim", ShimInFlight],
  ])('behaves like a map %s', (_, Table) => {
    const id = fc.oneof(fc.nat(80), fc.integer({ min: 2 ** 32 - 8, max: 2 ** 32 - 1 }))
    const command = fc.tuple(fc.constantFrom('set', 'set', 'delete', 'clear'), id)
    fc.assert(
      fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
        const table = new Table<{ id: number }>()
        const model = new Map<number, { id: number }>()
        for (const [verb, id] of commands) {
          const value = { id }
          if (verb === 'set') {
            table.set(id, value)
            model.set(id, value)
          } else if (verb === 'delete') expect(table.delete(id)).toBe(model.delete(id))
          else if (id < 3) {
            table.clear()
            model.clear()
          }
          expect(table.size).toBe(model.size)
          expect(table.get(id)).toBe(model.get(id))
        }
        for (const [id, value] of model) expect(table.get(id)).toBe(value)
        const byId = (a: { id: number }, b: { id: number }) => a.id - b.id
        expect(table.values().toSorted(byId)).toEqual([...model.values()].toSorted(byId))
      }),
    )
  })
})

describe('JSON lines', () => {
  it('come out alike however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(40)), (values, cuts) => {
        const bytes = Buffer.from(values.map((v) => `${JSON.stringify(v)}\n`).join(''))
        const lines = new JsonLines(1_000_000)
        const out: unknown[] = []
        let at = 0
        for (const cut of [...cuts, bytes.length]) {
          for (const value of lines.push(bytes.subarray(at, at + cut))) out.push(value)
          at += cut
        }
        expect(out).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )
  })

  it('refuse a line that never ends before it fills the memory', () => {
    const lines = new JsonLines(10)
    expect(() => [...lines.push(Buffer.from('12345678901'))]).toThrow(/longer than 10 bytes/)
  })
})

describe('small helpers', () => {
  it('read base62 back to the number, and nothing else', () => {
    for (const n of [0, 61, 62, 2 ** 32 - 1]) {
      expect(base62ToNumber(`-.${base62FromUint32(n, 6)}`, 2)).toBe(n)
    }
    for (const text of ['00000-', 'ä00000', '\u0130', ' '])
      expect(base62ToNumber(text, 0)).toBeNaN()
  })

  it('sum an ASCII text as zlib does, and no other text', () => {
    for (const text of ['', 'a', '123456789', 'lk_'.repeat(40)]) {
      expect(crc32OfAscii(text, text.length)).toBe(crc32(text))
    }
    expect(crc32OfAscii('abc', 2)).toBe(crc32('ab'))
    for (const text of ['ä', 'a\u0161', '鍵']) expect(crc32OfAscii(text, text.length)).toBe(-1)
  })

  it('write an integer in base62 with leading zeros', () => {
    expect(base62FromInteger(0n, 3)).toBe('000')
    expect(base62FromInteger(61n, 1)).toBe('z')
    expect(base62FromInteger(2n ** 256n - 1n, 43)).toHaveLength(43)
    for (const n of [0, 61, 62, 2 ** 31, 2 ** 32 - 1]) {
      expect(base62FromUint32(n, 6)).toBe(base62FromInteger(BigInt(n), 6))
    }
    expect(randomBase62(32, 43)).toMatch(/^[0-9A-Za-z]{43}$/)
  })

  it('double the wait up to a ceiling', () => {
    const bounds = { firstMs: 100, longestMs: 1_000 }
    const waits = [0, 1, 2, 3, 4, 100].map((n) => backoffMs(n, bounds, () => 1))
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000])
    expect(backoffMs(0, bounds, () => 0)).toBe(50)
  })

  it('replace a file as a whole and leave nothing beside it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-lib-'))
    const path = join(folder, 'f')
    replaceFile(path, 'old')
    replaceFile(path, ['n', 'ew'])
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['f'])
    rmSync(folder, { recursive: true })
  })

  it('give the fallback when a promise does not settle in time', async () => {
    expect(await withTimeout(new Promise(() => {}), 5, 'late')).toBe('late')
    expect(await withTimeout(Promise.resolve('in time'), 60_000, 'late')).toBe('in time')
  })

  it('name requests without a repeat and times in whole seconds', () => {
    const ids = Array.from({ length: 3000 }, newRequestId)
    expect(new Set(ids).size).toBe(3000)
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{12}[0-9a-z]{6}$/)
    expect(utcSeconds(Date.UTC(2023, 7, 22, 11, 21, 0, 999))).toBe('2023-08-22T11:21:00Z')
  })
})

describe('reading a plain file', () => {
  it('gives what is there, and nothing of what only has its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lk-plain-'))
    const at = (name: string) => join(folder, name)
    writeFileSync(at('file'), 'abcdef')
    mkdirSync(at('folder'))
    symlinkSync(at('file'), at('link'))
    execFileSync('mkfifo', [at('pipe')])
    const read = (name: string, offset: number) => readPlainFile(at(name), offset, 4)?.toString()
    expect([read('file', 0), read('file', 4), read('file', 9)]).toEqual(['abcd', 'ef', ''])
    for (const name of ['missing', 'folder', 'link', 'pipe']) expect(read(name, 0)).toBeUndefined()
    rmSync(folder, { recursive: true })
  })
})
