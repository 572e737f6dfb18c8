import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { NO_KEY } from '../../src/gateway/key-table.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { keyOf } from './harness.ts'
import { describeKeyTable, type FilledKeyTable, useOf, wordsOf } from './key-table.suite.ts'
import { MapKeyTable } from './map-key-table.ts'
import { asEntry, rareMembers } from './random-keys.ts'

/** Both sides of a shared table in one thread. */
class SharedBothSides extends SharedKeyTable implements FilledKeyTable {
  #writer: KeyTableWriter

  constructor() {
    const writer = new KeyTableWriter()
    super(writer.share())
    this.#writer = writer
  }

  load(keys: readonly KeyEntry[]): void {
    this.#writer = new KeyTableWriter({ expectedKeys: keys.length })
    this.#writer.apply({ keys, removedKeyIds: [] })
    this.adopt(this.#writer.share())
  }

  apply(change: Pick<Change, 'keys' | 'removedKeyIds'>): void {
    this.#writer.apply(change)
    void this.#writer.publish(async (news) => this.takeNews(news))
  }
}

describeKeyTable('SharedKeyTable', () => new SharedBothSides())
describeKeyTable('MapKeyTable', () => new MapKeyTable())

test('a shared table and a map never differ, whatever is done to them', () => {
  const keys = Array.from({ length: 12 }, () => keyOf(mintKeySecret(), []))
  const functionIds = ['f1', 'f2', 'f3', 'f4']
  const namespaceIds = ['n1', 'n2']
  const uses = functionIds.flatMap((functionId, i) =>
    ['/a', '/b'].map((target) => useOf(functionId, { namespaceId: namespaceIds[i % 2]!, target })),
  )
  const key = fc.integer({ min: 0, max: keys.length - 1 })
  const put = fc.record({
    keyId: key.map((i) => keys[i]!.keyId),
    digest: key.map((i) => keys[i]!.digest),
    projectId: fc.integer({ min: 1, max: 9 }),
    name: fc.string({ unit: 'grapheme' }),
    expireMs: fc.option(fc.integer()),
    functionIds: fc.subarray(functionIds),
    ...rareMembers(functionIds, namespaceIds),
  })
  const change = fc.record({
    keys: fc.array(put, { maxLength: 3 }),
    removedKeyIds: fc.array(
      key.map((i) => keys[i]!.keyId),
      { maxLength: 2 },
    ),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const tables = [new SharedBothSides(), new MapKeyTable()]
      for (const one of changes)
        for (const table of tables) table.apply({ ...one, keys: one.keys.map(asEntry) })
      const [shared, map] = tables.map((table) => [
        table.size,
        keys.map(({ digest }) => {
          const ref = table.find(wordsOf(digest))
          if (ref === NO_KEY) return undefined
          const opened = uses.map((use) => table.opens(ref, use))
          const facts = [table.isDisabled(ref), table.notBeforeMs(ref), table.expireMs(ref)]
          return { ...table.identity(ref), facts, opened }
        }),
      ])
      expect(shared).toEqual(map)
    }),
  )
})
