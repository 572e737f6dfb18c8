import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { describeKeyTable, type FilledKeyTable } from './key-table.suite.ts'
import { MapKeyTable } from './map-key-table.ts'

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
