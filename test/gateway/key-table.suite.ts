import { describe, expect, test } from 'vitest'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyUse } from '../../src/domain/key-verdict.ts'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { type KeyRef, type KeyTable, NO_KEY } from '../../src/gateway/key-table.ts'
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

/** Whether the key opens the function by its name, whatever the method and the path. */
export function opensFunction(table: KeyTable, key: KeyRef, functionId: string): boolean {
  return table.opens(key, useOf(functionId)) === 'allowed'
}

export function useOf(functionId: string, others: Partial<KeyUse> = {}): KeyUse {
  return { functionId, namespaceId: 'n1', method: 'GET', target: '/', ...others }
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
      expect(opensFunction(table, ref, 'f1')).toBe(true)
      expect(opensFunction(table, ref, 'f2')).toBe(true)
      expect(opensFunction(table, ref, 'f3')).toBe(false)
      expect(table.size).toBe(2)
    })

    test('knows keys that never expire and keys that open nothing', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), [])
      table.apply(change([key]))
      expect(table.expireMs(find(table, key.digest))).toBeNull()
      expect(opensFunction(table, find(table, key.digest), 'f1')).toBe(false)
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
      expect([opensFunction(table, ref, 'f1'), opensFunction(table, ref, 'f2')]).toEqual([
        false,
        true,
      ])
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
        expect(table.identity(find(table, digest))).toMatchObject({ id: keyId, name })
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
        functionIds.filter((id) => opensFunction(table, find(table, key.digest), id)).sort()
      expect(opened(all)).toEqual([...functionIds].sort())
      expect(opened(odd)).toEqual([...odd.functionIds].sort())
      expect(opensFunction(table, find(table, all.digest), 'f3000')).toBe(false)
    })

    test('lets a key open the function again that every key had lost', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'])
      table.load([key])
      for (const functionIds of [[], ['f1'], ['f2'], ['f1', 'f2']]) {
        table.apply(change([{ ...key, functionIds }]))
        const ref = find(table, key.digest)
        expect(['f1', 'f2'].filter((id) => opensFunction(table, ref, id))).toEqual(functionIds)
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

    test('knows what few keys have: disabled, not valid yet, waited for', () => {
      const table = create()
      const plain = keyOf(mintKeySecret(), ['f1'])
      const marked = keyOf(mintKeySecret(), ['f1'], { isDisabled: true, notBeforeMs: 1e12 + 1 })
      const awaited = keyOf(mintKeySecret(), ['f1'], { isAwaited: true, expireMs: 77 })
      table.load([plain, marked, awaited])
      const facts = [plain, marked, awaited].map(({ digest }) => {
        const ref = find(table, digest)
        const { isAwaited, expireMs } = table.identity(ref)
        return [table.isDisabled(ref), table.notBeforeMs(ref), isAwaited, expireMs]
      })
      expect(facts).toEqual([
        [false, null, false, null],
        [true, 1e12 + 1, false, null],
        [false, null, true, 77],
      ])
      table.apply(change([{ ...plain, keyId: marked.keyId, digest: marked.digest }]))
      expect(table.isDisabled(find(table, marked.digest))).toBe(false)
      expect(table.notBeforeMs(find(table, marked.digest))).toBeNull()
    })

    test('lets a namespace open its functions, and takes no id of one kind for the other', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'], { namespaceIds: ['n2', 'f9'] })
      table.load([key])
      const ref = find(table, key.digest)
      const opened = (functionId: string, namespaceId: string) =>
        table.opens(ref, useOf(functionId, { namespaceId }))
      expect(opened('f1', 'n1')).toBe('allowed')
      expect(opened('new', 'n2')).toBe('allowed')
      expect(opened('new', 'n1')).toBe('not-granted')
      expect(opened('n2', 'n1')).toBe('not-granted')
      expect(opened('f9', 'n1')).toBe('not-granted')
      expect(opened('new', 'f1')).toBe('not-granted')
      table.apply(change([{ ...key, namespaceIds: [] }]))
      expect(table.opens(find(table, key.digest), useOf('new', { namespaceId: 'n2' }))).toBe(
        'not-granted',
      )
    })

    test('adds limited grants up, and tells what is not permitted from what is not granted', () => {
      const table = create()
      const key = keyOf(mintKeySecret(), ['f1'], {
        limited: [
          { id: 'f2', methods: ['GET'], paths: ['/a'] },
          { id: 'f2', methods: ['POST'], paths: [] },
          { id: 'n2', methods: [], paths: ['/größe'] },
        ],
      })
      table.load([key, keyOf(mintKeySecret(), ['f2'])])
      const ref = find(table, key.digest)
      const opened = (functionId: string, method: string, target: string, namespaceId = 'n1') =>
        table.opens(ref, { functionId, namespaceId, method, target })
      expect(opened('f1', 'PUT', '/b')).toBe('allowed')
      expect(opened('f2', 'HEAD', '/a/b')).toBe('allowed')
      expect(opened('f2', 'POST', '/b')).toBe('allowed')
      expect(opened('f2', 'GET', '/b')).toBe('not-permitted')
      expect(opened('f2', 'GET', '/größe', 'n2')).toBe('allowed')
      expect(opened('f3', 'PUT', '/größe/x', 'n2')).toBe('allowed')
      expect(opened('f3', 'PUT', '/b', 'n2')).toBe('not-permitted')
      expect(opened('f3', 'GET', '/a')).toBe('not-granted')
    })

    test('has both secrets of a key that is rotated, until an entry does not speak of the old one', () => {
      const table = create()
      const before = keyOf(mintKeySecret(), ['f1'], { name: 'k' })
      const old: KeyEntry = { ...before, expireMs: 99, isOld: true }
      const own: KeyEntry = {
        ...before,
        digest: keySecretDigest(mintKeySecret()),
        hasOld: true,
        isAwaited: true,
      }
      const seen = () =>
        [old, own].map(({ digest }) => {
          const ref = find(table, digest)
          return ref === NO_KEY ? undefined : table.identity(ref)
        })
      const ofOld = { id: before.keyId, name: 'k', expireMs: 99, isAwaited: false }
      const ofOwn = { ...ofOld, expireMs: null, isAwaited: true }
      table.load([before])
      table.apply(change([old, own]))
      expect(seen()).toEqual([ofOld, ofOwn])
      expect(table.size).toBe(2)
      table.apply(
        change([
          { ...old, name: 'k2' },
          { ...own, name: 'k2' },
        ]),
      )
      expect(seen()).toEqual([
        { ...ofOld, name: 'k2' },
        { ...ofOwn, name: 'k2' },
      ])
      table.apply(change([{ ...before, digest: own.digest }]))
      expect(seen()).toEqual([undefined, { ...ofOwn, isAwaited: false }])
      expect(table.size).toBe(1)
      table.apply(change([old, own]))
      table.apply(change([before]))
      expect(seen()).toEqual([{ ...ofOld, expireMs: null }, undefined])
      table.apply(change([old, own]))
      table.apply(change([], [before.keyId]))
      expect(seen()).toEqual([undefined, undefined])
      expect(table.size).toBe(0)
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
        expect(opensFunction(table, ref, want.functionIds[0]!)).toBe(true)
      }
    })
  })
}
