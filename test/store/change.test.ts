import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { listAudit } from '../../src/store/audit.ts'
import { type ChangeHandle, change } from '../../src/store/change.ts'
import { readCounter } from '../../src/store/counters.ts'
import { enqueueDeploy } from '../../src/store/deploys.ts'
import { feedSource } from '../../src/store/feed.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { insertTask } from '../../src/store/tasks.ts'

let folder: string
let store: Store
const clock = new ManualClock(1_000)
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-store-'))
  store = await openStore({
    path: join(folder, 'latchkey.db'),
    clock,
    changesKept: 10,
    tasksKept: 10,
  })
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

  it('is refused on a full disk, changes nothing, and works again when there is room', async () => {
    const pages = (count: number) =>
      sql`pragma max_page_count = ${sql.lit(count)}`.execute(store.db)
    const large = (id: string) => (handle: ChangeHandle) => {
      handle.audit({ action: 'key.created', entityId: id, entityName: 'x'.repeat(100_000) })
      return touching(id)(handle)
    }
    await pages(1)
    await expect(change(store, request, large('first'))).rejects.toMatchObject({
      code: 'storage_full',
    })
    expect(await readCounter(store.db, 'revision')).toBe(0)
    await pages(1_000_000)
    expect((await change(store, request, large('second'))).revision).toBe(1)
    expect((await listAudit(store.db)).map((row) => row.entityId)).toEqual(['second', 'second'])
  })

  it('forgets the oldest tasks that have ended, with their deployments, in steps', async () => {
    const withTask = async (handle: ChangeHandle) => {
      clock.advance(1)
      const id = `t${handle.revision}`
      const scope = { projectId: 1, regionId: 1 }
      const state = handle.revision % 2 === 0 ? 'FINISHED' : 'NEW'
      const times = { createdAtMs: clock.now(), updatedAtMs: clock.now(), finishedAtMs: null }
      const told = {
        tokenId: 1,
        userId: 0,
        actorName: '',
        address: '',
        requestId: '',
        error: null,
        createdResources: {},
      }
      const type = 'create_faas_function'
      await insertTask(
        handle.trx,
        { id, type, state, ...scope, ...times, ...told },
        handle.revision,
      )
      await enqueueDeploy(handle.trx, { taskId: id, functionId: 'f' }, handle.revision)
      await touching(id)(handle)
    }
    for (let i = 0; i < 100; i++) await change(store, request, withTask)
    const rows = await store.db.selectFrom('tasks').select(['id', 'state']).execute()
    expect(rows.filter((row) => row.state === 'NEW')).toHaveLength(50)
    const finished = rows.filter((row) => row.state === 'FINISHED').map((row) => row.id)
    expect(finished.sort()).toEqual(['t100', 't92', 't94', 't96', 't98', 't90'].sort())
    const deploys = await store.db.selectFrom('deploys').select('task_id').execute()
    expect(new Set(deploys.map((row) => row.task_id))).toEqual(new Set(rows.map((row) => row.id)))
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
