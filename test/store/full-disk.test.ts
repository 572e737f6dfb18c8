import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusedWhenFull, skippedWhenFull } from '../../src/store/full-disk.ts'
import { setMark } from '../../src/store/marks.ts'
import { openStore, type Store } from '../../src/store/open.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-full-'))
  store = await openStore({ path: join(folder, 'latchkey.db') })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = () =>
  store.db.transaction().execute((trx) => setMark(trx, 'large', 'x'.repeat(100_000)))

describe('on a full disk', () => {
  beforeEach(() => sql`pragma max_page_count = 1`.execute(store.db))

  it('what somebody asked for is refused in words', async () => {
    await expect(refusedWhenFull(write)).rejects.toMatchObject({ code: 'storage_full' })
  })

  it('what can be done without is left undone', async () => {
    await skippedWhenFull(write)
    expect(await store.db.selectFrom('marks').select('name').execute()).toEqual([])
  })
})

it('other failures are told of', async () => {
  const fail = () => Promise.reject(new Error('something else'))
  await expect(refusedWhenFull(fail)).rejects.toThrow('something else')
  await expect(skippedWhenFull(fail)).rejects.toThrow('something else')
})

it('what has room is done', async () => {
  await skippedWhenFull(write)
  expect(await refusedWhenFull(() => Promise.resolve('done'))).toBe('done')
  expect(await store.db.selectFrom('marks').select('name').execute()).toEqual([{ name: 'large' }])
})
