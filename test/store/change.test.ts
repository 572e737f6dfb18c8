import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { listAudit } from '../../src/store/audit.ts'
import { type ChangeHandle, change } from '../../src/store/change.ts'
import { readCounter } from '../../src/store/counters.ts'
import { feedSource } from '../../src/store/feed.ts'
import { openStore, type Store } from '../../src/store/open.ts'

let folder: string
let store: Store
const clock = new ManualClock(1_000)
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-store-'))
  store = await openStore({ path: join(folder, 'latchkey.db'), clock, changesKept: 10 })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const request = { actor: SYSTEM_ACTOR }
const touching = (id: string) => async (handle: ChangeHandle) => {
  handle.touch('key', id)
  handle.audit({ action: 'key.created', entityId: id, entityName: id })
  return handle.revision
}

describe('a change', () => {
  it('gets a revision of its own, without gaps, however many run at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        if (i % 3 !== 0) return (await change(store, request, touching(`k${i}`))).revision
        await expect(
          change(store, request, async (handle) => {
            await touching('lost')(handle)
            throw new Error('the rule says no')
          }),
        ).rejects.toThrow('the rule says no')
        return undefined
      }),
    )
    const revisions = made.filter((revision) => revision !== undefined).sort((a, b) => a - b)
    expect(revisions).toEqual(Array.from({ length: revisions.length }, (_, i) => i + 1))
    expect(await readCounter(store.db, 'revision')).toBe(revisions.length)
    const audit = await listAudit(store.db)
    expect(audit.map((row) => row.revision)).toEqual(revisions)
    expect(audit.some((row) => row.entityId === 'lost')).toBe(false)
  })

  it('cannot leave no audit row', async () => {
    await expect(change(store, request, async () => 1)).rejects.toThrow(/audit row/)
    expect(await readCounter(store.db, 'revision')).toBe(0)
  })

  it('is in the log for a while only, and a node that is further behind gets a snapshot', async () => {
    for (let i = 1; i <= 115; i++) await change(store, request, touching(`k${i}`))
    const feed = feedSource(store)
    // Trimmed at revision 110 to what came after 100.
    expect(await feed.changesSince(99)).toBeUndefined()
    const reaches = await feed.changesSince(100)
    expect(reaches?.revision).toBe(115)
    expect(reaches?.removedKeyIds).toHaveLength(15)
  })

  it('answers a node that is level with an empty change, and one that is ahead with a snapshot', async () => {
    await change(store, request, touching('k'))
    const feed = feedSource(store)
    const nothing = { routes: [], keys: [], removedFunctionIds: [], removedKeyIds: [] }
    expect(await feed.changesSince(1)).toEqual({ revision: 1, ...nothing })
    expect(await feed.changesSince(2)).toBeUndefined()
  })
})
