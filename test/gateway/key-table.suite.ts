import { describe, expect, test } from 'vitest'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type KeyTable, NO_KEY } from '../../src/gateway/key-table.ts'
import { keyOf } from './harness.ts'

/** A table with the side that fills it. */
export interface FilledKeyTable extends KeyTable {
  /** Replaces everything. */
  load(keys: readonly KeyEntry[]): void
  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void
}

export function wordsOf(digest: string): Int32Array {
  const bytes = Buffer.from(digest, 'hex')
  return Int32Array.from({ length: 8 }, (_, i) => bytes.readInt32LE(4 * i))
}

/** What every implementation of the table must do. */
export function describeKeyTable(name: string, create: () => FilledKeyTable): void {
  const find = (table: KeyTable, digest: string) => table.find(wordsOf(digest))
  const change = (keys: KeyEntry[], removedKeyIds: string[] = []) => ({ keys, removedKeyIds })

  describe(`${name} as a key table`, () => {
    test('finds a key by its digest, with all that is known of it', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1', 'f2'], { expireMs: 1234 })
      table.load([key, keyOf(mintKeySecret(), ['f3'])])
      const ref = find(table, key.digest)
      expect(ref).not.toBe(NO_KEY)
      expect(table.identity(ref).id).toBe(key.keyId)
      expect(table.identity(ref).name).toBe(key.name)
      expect(table.expireMs(ref)).toBe(1234)
      expect(table.opens(ref, 'f1')).toBe(true)
      expect(table.opens(ref, 'f2')).toBe(true)
      expect(table.opens(ref, 'f3')).toBe(false)
      expect(table.size).toBe(2)
    })

    test('knows keys that never expire and keys that open nothing', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), [])
      table.apply(change([key]))
      expect(table.expireMs(find(table, key.digest))).toBeNull()
      expect(table.opens(find(table, key.digest), 'f1')).toBe(false)
    })

    test('finds nothing for a digest that it was never given', () => {
      const table = create()
      expect(find(table, keySecretDigest(mintKeySecret()))).toBe(NO_KEY)
      table.load([keyOf(mintKeySecret(), ['f1'])])
      expect(find(table, keySecretDigest(mintKeySecret()))).toBe(NO_KEY)
    })

    test('takes a changed key in the place of the old one', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'])
      const digest = keySecretDigest(mintKeySecret())
      table.load([key])
      table.apply(change([{ ...key, digest, name: 'other', functionIds: ['f2'], expireMs: 5 }]))
      expect(find(table, key.digest)).toBe(NO_KEY)
      const ref = find(table, digest)
      expect([table.identity(ref).name, table.expireMs(ref)]).toEqual(['other', 5])
      expect([table.opens(ref, 'f1'), table.opens(ref, 'f2')]).toEqual([false, true])
      expect(table.size).toBe(1)
    })

    test('forgets removed keys, and may be told twice', () => {
      const table = create()
      const [gone, kept] = [keyOf(mintKeySecret(), ['f1']), keyOf(mintKeySecret(), ['f1'])]
      table.load([gone, kept])
      for (let i = 0; i < 2; i++) table.apply(change([], [gone.keyId, 'never-there']))
      expect(find(table, gone.digest)).toBe(NO_KEY)
      expect(table.identity(find(table, kept.digest)).id).toBe(kept.keyId)
      expect(table.size).toBe(1)
    })

    test('holds after a load only what was loaded', () => {
      const table = create()
      const [before, after] = [keyOf(mintKeySecret(), ['f1']), keyOf(mintKeySecret(), ['f1'])]
      table.load([before])
      table.load([after])
      expect(find(table, before.digest)).toBe(NO_KEY)
      expect(find(table, after.digest)).not.toBe(NO_KEY)
      expect(table.size).toBe(1)
    })

    test('takes names and ids of any script, and gives them back', () => {
      const table = create()
      const names = ['', 'a', 'ab', 'abc', 'größer', '鍵', '🔑 key', 'x'.repeat(300)]
      const keys = names.map((name) =>
        keyOf(mintKeySecret(), ['f1'], { name, keyId: `id-${name}` }),
      )
      table.load(keys)
      for (const { digest, keyId, name } of keys) {
        expect(table.identity(find(table, digest))).toEqual({ id: keyId, name })
      }
      table.apply(change([], [keys[4]!.keyId]))
      expect(find(table, keys[4]!.digest)).toBe(NO_KEY)
    })

    test('tells thousands of grants of one key apart', () => {
      const table = create()
      const functionIds = Array.from({ length: 3000 }, (_, i) => `f${(i * 7919) % 3000}`)
      const all = keyOf(mintKeySecret(), functionIds)
      const odd = keyOf(
        mintKeySecret(),
        functionIds.filter((id) => Number(id.slice(1)) % 2 === 1),
      )
      table.load([all, odd])
      const opened = (key: KeyEntry) =>
        functionIds.filter((id) => table.opens(find(table, key.digest), id)).sort()
      expect(opened(all)).toEqual([...functionIds].sort())
      expect(opened(odd)).toEqual([...odd.functionIds].sort())
      expect(table.opens(find(table, all.digest), 'f3000')).toBe(false)
    })

    test('lets a key open the function again that every key had lost', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'])
      table.load([key])
      for (const functionIds of [[], ['f1'], ['f2'], ['f1', 'f2']]) {
        table.apply(change([{ ...key, functionIds }]))
        const ref = find(table, key.digest)
        expect(['f1', 'f2'].filter((id) => table.opens(ref, id))).toEqual(functionIds)
      }
    })

    test('gives a digest that moves to another key to that key alone', () => {
      const table = create()
      const [one, two] = [keyOf(mintKeySecret(), ['f1']), keyOf(mintKeySecret(), ['f2'])]
      table.load([one])
      table.apply(change([{ ...two, digest: one.digest }], []))
      expect(table.identity(find(table, one.digest)).id).toBe(two.keyId)
      table.apply(change([], [one.keyId]))
      expect(table.identity(find(table, one.digest)).id).toBe(two.keyId)
      expect(table.size).toBe(1)
    })

    test('stays true through many changes', () => {
      const table = create()
      const expected = new Map<string, KeyEntry>()
      let seed = 1
      const random = (below: number) => {
        seed = (seed * 48271) % 2147483647
        return seed % below
      }
      const pool = Array.from({ length: 200 }, (_, i) => keyOf(mintKeySecret(), [`f${i % 7}`]))
      for (let step = 0; step < 2000; step++) {
        const key = pool[random(pool.length)]!
        if (random(2) === 0) {
          const changed = { ...key, expireMs: step, functionIds: [`f${random(7)}`] }
          table.apply(change([changed]))
          expected.set(key.keyId, changed)
        } else {
          table.apply(change([], [key.keyId]))
          expected.delete(key.keyId)
        }
      }
      expect(table.size).toBe(expected.size)
      for (const key of pool) {
        const ref = find(table, key.digest)
        const want = expected.get(key.keyId)
        expect(ref !== NO_KEY).toBe(want !== undefined)
        if (want === undefined) continue
        expect([table.identity(ref).id, table.expireMs(ref)]).toEqual([want.keyId, want.expireMs])
        expect(table.opens(ref, want.functionIds[0]!)).toBe(true)
      }
    })
  })
}
