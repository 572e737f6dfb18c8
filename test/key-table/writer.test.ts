import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyEntry } from '../../src/domain/routes.ts'
import { KeyTableFullError } from '../../src/key-table/arena.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { asEntry, rareMembers } from '../gateway/random-keys.ts'
import { digestOf, digestWordsOf, entryAt } from './versions.ts'

/** Two segments and a directory for each of two indexes, and a record. */
const SEGMENT_BYTES = 4128

function fill(table: KeyTableWriter, from: number, to: number): void {
  for (let i = from; i < to; i++) table.put(entryAt(i, 1))
}

describe('the work of one change', () => {
  test('is bounded while the table grows: at most one segment of each index is rewritten', () => {
    const table = new KeyTableWriter()
    let worst = 0
    for (let i = 0; i < 60_000; i++) {
      const before = table.bytes
      table.put(entryAt(i, 1))
      worst = Math.max(worst, table.bytes - before)
    }
    const directoryBytes = 2 * 4 * 256 * 2
    expect(worst).toBeLessThanOrEqual(2 * 2 * SEGMENT_BYTES + directoryBytes + 256)
  })

  test('a slice of all keys has no more than a segment holds, and all slices have each key once', () => {
    const table = new KeyTableWriter()
    fill(table, 0, 20_000)
    const seen = new Set<string>()
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { keys, next } = table.entriesFrom(from)
      expect(keys.length).toBeLessThanOrEqual(704)
      for (const { keyId } of keys) {
        expect(seen.has(keyId)).toBe(false)
        seen.add(keyId)
      }
      // What comes between two slices splits segments that are still to be seen.
      table.put(entryAt(20_000 + seen.size, 1))
      from = next
    }
    for (let i = 0; i < 20_000; i++) expect(seen.has(`id-${i}`)).toBe(true)
  })
})

describe('memory', () => {
  test('a key with two grants costs less than 200 bytes, index included', () => {
    const table = new KeyTableWriter()
    const uuid = (i: number) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`
    for (let i = 0; i < 100_000; i++) {
      const functionIds = [`f${i % 100}`, `f${(i + 1) % 100}`]
      table.put({ ...entryAt(i, 1), keyId: uuid(i), name: `customer-${i}`, functionIds })
    }
    expect(table.bytes / table.size).toBeLessThan(200)
  })

  test('a key that is neither limited nor scheduled costs not a byte for what others have', () => {
    const bytesWith = (members: Partial<KeyEntry>) => {
      const table = new KeyTableWriter()
      table.put({ ...entryAt(0, 1), ...members })
      return table.bytes
    }
    const plain = bytesWith({})
    expect(bytesWith({ isDisabled: true, isAwaited: true, hasOld: true })).toBe(plain)
    expect(bytesWith({ limited: [], namespaceIds: [] })).toBe(plain)
    expect(bytesWith({ notBeforeMs: 1 })).toBeGreaterThan(plain)
  })

  test('what is replaced is used again once the readers are past it', async () => {
    const table = new KeyTableWriter()
    fill(table, 0, 1_000)
    const reader = new SharedKeyTable(table.share())
    const before = table.bytes
    for (let version = 1; version <= 301; version += 3) {
      for (let i = 0; i < 100; i++) table.put(entryAt(i, version))
      await table.publish(async (news) => reader.takeNews(news))
    }
    expect(table.bytes).toBeLessThan(before + 100_000)
  })

  test('is not used again before, so that a reader may go on with what it has found', () => {
    const table = new KeyTableWriter()
    table.put(entryAt(0, 1))
    const reader = new SharedKeyTable(table.share())
    const ref = reader.find(digestWordsOf(0))
    for (let version = 4; version < 400; version += 3) table.put(entryAt(0, version))
    table.remove('id-0')
    fill(table, 1, 2_000)
    expect(reader.identity(ref)).toMatchObject({ id: 'id-0', name: '0:1' })
    expect(reader.expireMs(ref)).toBe(1)
    expect(reader.find(digestWordsOf(0))).toBe(-1)
  })

  test('looking for a hundred thousand wrong keys takes none', () => {
    const table = new KeyTableWriter()
    fill(table, 0, 1_000)
    const reader = new SharedKeyTable(table.share())
    const before = table.bytes
    const digest = new Int32Array(8)
    for (let i = 0; i < 100_000; i++) {
      digest.forEach((_, at) => {
        digest[at] = Math.random() * 2 ** 32
      })
      expect(reader.find(digest)).toBe(-1)
    }
    expect(table.bytes).toBe(before)
  })

  test('a table that is full says so, keeps what it has, and can still forget', () => {
    const table = new KeyTableWriter({ bytesMax: 512 * 1024 })
    const reader = new SharedKeyTable(table.share())
    let added = 0
    const fillUp = () => {
      for (;;) {
        table.put(entryAt(added, 1))
        added += 1
      }
    }
    expect(fillUp).toThrow(KeyTableFullError)
    expect(added).toBeGreaterThan(1_000)
    for (let i = 0; i < added; i++) {
      expect(reader.identity(reader.find(digestWordsOf(i))).id).toBe(`id-${i}`)
    }
    for (let i = 0; i < added; i++) expect(table.remove(`id-${i}`)).toBe(true)
    for (let i = 0; i < added; i++) expect(reader.find(digestWordsOf(i))).toBe(-1)
    expect(table.size).toBe(0)
  })
})

test('a digest that is none is refused before anything is changed', () => {
  const table = new KeyTableWriter()
  expect(() => table.put({ ...entryAt(0, 1), digest: 'abc' })).toThrow('64 hex digits')
  expect([table.size, [...table.entries()]]).toEqual([0, []])
})

test('what is put in comes out of entries, slices and another table as it was', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  const ids = ['f1', 'f2', 'f3']
  const namespaceIds = ['n1', 'n2']
  const entry = fc.record({
    keyId: fc.constantFrom('one', 'two', 'größer'),
    projectId: fc.integer({ min: 1, max: 9 }),
    name: text,
    digest: fc.constantFrom(...[0, 1, 2, 3].map((i) => digestOf(i).toString('hex'))),
    expireMs: fc.option(fc.integer()),
    functionIds: fc.subarray(ids),
    ...rareMembers(ids, namespaceIds),
  })
  fc.assert(
    fc.property(entry.map(asEntry), (one) => {
      const table = new KeyTableWriter()
      table.put({ ...entryAt(9, 1), functionIds: ['f3', 'f0'] })
      table.put(one)
      const found = (from: KeyTableWriter) =>
        [...from.entries()].find(({ keyId }) => keyId === one.keyId)
      expect(found(table)).toEqual(one)
      const copy = new KeyTableWriter()
      const names = new Map(table.functionNumbersSince(0).added)
      for (const record of table.slice(0).records) copy.copy(record, 0, (n) => names.get(n)!)
      expect(found(copy)).toEqual(one)
      expect([...copy.entries()]).toHaveLength(2)
    }),
  )
})

test('both secrets of a key that came with a snapshot go with it', () => {
  const table = new KeyTableWriter()
  const own = { ...entryAt(0, 1), hasOld: true as const }
  const old = { ...entryAt(0, 1), digest: digestOf(1).toString('hex'), isOld: true as const }
  for (const entry of [old, own]) table.add(entry)
  const reader = new SharedKeyTable(table.share())
  const found = () => [0, 1].map((i) => reader.find(digestWordsOf(i)) >= 0)
  expect(found()).toEqual([true, true])
  table.put(entryAt(0, 2))
  expect([found(), table.size]).toEqual([[true, false], 1])
  for (const entry of [old, own]) table.put(entry)
  expect(table.remove(own.keyId)).toBe(true)
  expect([found(), table.size]).toEqual([[false, false], 0])
})

test('grants are counted through changes, removals and copies', () => {
  const table = new KeyTableWriter()
  table.put({ ...entryAt(0, 1), functionIds: ['a', 'b'] })
  table.put({ ...entryAt(1, 1), functionIds: ['a'] })
  expect(table.grants).toBe(3)
  table.put({ ...entryAt(0, 1), functionIds: ['c'] })
  expect(table.grants).toBe(2)
  table.remove(entryAt(1, 1).keyId)
  expect(table.grants).toBe(1)
  const copy = new KeyTableWriter()
  const names = new Map(table.functionNumbersSince(0).added)
  for (const record of table.slice(0).records) copy.copy(record, 0, (number) => names.get(number)!)
  expect(copy.grants).toBe(1)
})

test('limits of many keys are read as they are, however much they take', () => {
  const table = new KeyTableWriter()
  const paths = Array.from({ length: 2_000 }, (_, i) => `/${'x'.repeat(200)}/${i}`)
  const keys = 60
  for (let i = 0; i < keys; i++) {
    const limited = [{ id: 'f', methods: [], paths: [...paths, `/own-${i}`] }]
    table.put({ ...entryAt(i, 1), functionIds: [], limited })
  }
  const reader = new SharedKeyTable(table.share())
  const opens = (i: number, target: string) =>
    reader.opens(reader.find(digestWordsOf(i)), {
      functionId: 'f',
      namespaceId: 'n',
      method: 'GET',
      target,
    })
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < keys; i++) {
      expect(opens(i, `/own-${i}/x`)).toBe('allowed')
      expect(opens(i, `/own-${i + 1}`)).toBe('not-permitted')
    }
  }
})
