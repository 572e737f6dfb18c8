import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { KeyTableRebuild } from '../../src/key-table/rebuild.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { nextTurn } from '../../src/lib/next-turn.ts'
import type { FromReader, ReaderData, ToReader } from './reader-thread.ts'
import { Bounds, COMMON_FUNCTIONS, entryAt, isThere } from './versions.ts'

const KEYS = 6_000
const READERS = 3

class Readers {
  readonly #workers: Worker[]

  constructor(data: ReaderData) {
    const file = new URL('./reader-thread.ts', import.meta.url)
    this.#workers = Array.from({ length: READERS }, () => new Worker(file, { workerData: data }))
  }

  /** Resolves when every reader has taken it. */
  async tell(message: ToReader): Promise<FromReader[]> {
    return Promise.all(
      this.#workers.map(async (worker) => {
        const answer = once(worker, 'message')
        worker.postMessage(message)
        return ((await answer) as [FromReader])[0]
      }),
    )
  }
}

test('readers in other threads find only what was true, while a writer changes, grows and rebuilds', async () => {
  const bounds = Bounds.create(KEYS)
  let table = new KeyTableWriter()
  // So that every thread knows the numbers of the common functions from the start.
  table.put({ ...entryAt(KEYS, 1), functionIds: COMMON_FUNCTIONS })
  const readers = new Readers({ share: table.share(), bounds: bounds.buffer, keys: KEYS })
  let rebuild: KeyTableRebuild | undefined
  const change = (index: number) =>
    bounds.advance(index, (version) => {
      const one = isThere(version)
        ? { keys: [entryAt(index, version)], removedKeyIds: [] }
        : { keys: [], removedKeyIds: [`id-${index}`] }
      table.apply(one)
      rebuild?.apply(one)
    })
  for (let round = 0; round < 300; round++) {
    // Room for all the keys is not there at first, so segments are split under the readers' eyes.
    const reach = Math.min(KEYS, (round + 1) * 60)
    for (let i = 0; i < 150; i++) change(Math.floor(Math.random() * reach))
    if (round % 40 === 20) rebuild = new KeyTableRebuild(table)
    const moved = rebuild?.result
    if (moved === undefined) {
      await table.publish((news) => readers.tell({ type: 'news', news }))
    } else {
      rebuild = undefined
      table = moved
      await readers.tell({ type: 'adopt', share: table.share() })
    }
    await nextTurn()
  }
  const ends = await readers.tell({ type: 'stop' })
  for (const end of ends) {
    if (end.type !== 'end') throw new Error('the reader did not end')
    expect(end.faults).toEqual([])
    expect(end.found).toBeGreaterThan(0)
    expect(end.missed).toBeGreaterThan(0)
  }
  const there = Array.from({ length: KEYS }, (_, i) => i).filter((i) => isThere(bounds.sure(i)))
  expect(table.size).toBe(there.length + 1)
})
