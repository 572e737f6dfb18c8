import { describe, expect, test } from 'vitest'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry } from '../../src/domain/routes.ts'
import { type KeyTable, NO_KEY } from '../../src/gateway/key-table.ts'
import { keyOf } from './harness.ts'

/** What every implementation of the table must do. */
export function describeKeyTable(name: string, create: () => KeyTable): void {
  const change = (keys: KeyEntry[], removedKeyIds: string[] = []) => ({ keys, removedKeyIds })

  describe(`${name} as a key table`, () => {
    test('finds a key by its digest, with all that is known of it', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1', 'f2'], { expireMs: 1234 })
      table.load([key, keyOf(mintKeySecret(), ['f3'])])
      const ref = table.find(key.digest)
      expect(ref).not.toBe(NO_KEY)
      expect(table.id(ref)).toBe(key.keyId)
      expect(table.name(ref)).toBe(key.name)
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
      expect(table.expireMs(table.find(key.digest))).toBeNull()
      expect(table.opens(table.find(key.digest), 'f1')).toBe(false)
    })

    test('finds nothing for a digest that it was never given', () => {
      const table = create()
      expect(table.find(keySecretDigest(mintKeySecret()))).toBe(NO_KEY)
      table.load([keyOf(mintKeySecret(), ['f1'])])
      expect(table.find(keySecretDigest(mintKeySecret()))).toBe(NO_KEY)
    })

    test('takes a changed key in the place of the old one', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'])
      const digest = keySecretDigest(mintKeySecret())
      table.load([key])
      table.apply(change([{ ...key, digest, name: 'other', functionIds: ['f2'], expireMs: 5 }]))
      expect(table.find(key.digest)).toBe(NO_KEY)
      const ref = table.find(digest)
      expect([table.name(ref), table.expireMs(ref)]).toEqual(['other', 5])
      expect([table.opens(ref, 'f1'), table.opens(ref, 'f2')]).toEqual([false, true])
      expect(table.size).toBe(1)
    })

    test('forgets removed keys, and may be told twice', () => {
      const table = create()
      const [gone, kept] = [keyOf(mintKeySecret(), ['f1']), keyOf(mintKeySecret(), ['f1'])]
      table.load([gone, kept])
      for (let i = 0; i < 2; i++) table.apply(change([], [gone.keyId, 'never-there']))
      expect(table.find(gone.digest)).toBe(NO_KEY)
      expect(table.id(table.find(kept.digest))).toBe(kept.keyId)
      expect(table.size).toBe(1)
    })

    test('holds after a load only what was loaded', () => {
      const table = create()
      const [before, after] = [keyOf(mintKeySecret(), ['f1']), keyOf(mintKeySecret(), ['f1'])]
      table.load([before])
      table.load([after])
      expect(table.find(before.digest)).toBe(NO_KEY)
      expect(table.find(after.digest)).not.toBe(NO_KEY)
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
        const ref = table.find(key.digest)
        const want = expected.get(key.keyId)
        expect(ref !== NO_KEY).toBe(want !== undefined)
        if (want === undefined) continue
        expect([table.id(ref), table.expireMs(ref)]).toEqual([want.keyId, want.expireMs])
        expect(table.opens(ref, want.functionIds[0]!)).toBe(true)
      }
    })
  })
}
