import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NoticeScheduler } from '../../src/control/notices.ts'
import type { ReadableEvent } from '../../src/domain/events.ts'
import { forgetEvents } from '../../src/store/event-retention.ts'
import { setMailQueued } from '../../src/store/webhook-deliveries.ts'
import { CONTEXT, dump, keyInput, type Rig, SCOPE, startRig } from './harness.ts'
import { NoticesModel, STEPS } from './notices-model.ts'

const DAY_MS = 86_400_000
const LOGGER = { info() {}, warn() {}, error() {} }

let rig: Rig
let scheduler: NoticeScheduler

beforeEach(async () => {
  rig = await startRig({ started: false, deps: { deletedKeysDays: 36_500 } })
  scheduler = new NoticeScheduler({ store: rig.store, logger: LOGGER })
})
afterEach(() => rig.close())

const today = () => rig.clock.now()
const inDays = (days: number) => today() + days * DAY_MS

async function makeKey(name: string, expireInDays: number | null): Promise<string> {
  const expireMs = expireInDays === null ? null : inDays(expireInDays)
  const input = { ...keyInput(name), expireMs }
  return (await rig.control.keys.create(CONTEXT, SCOPE, input)).value.key.id
}

/** Gives what is due after so many days, and tells of it: `partner expiring 7`. */
async function toldAfter(days: number, by = scheduler): Promise<string[]> {
  rig.clock.advance(days * DAY_MS)
  const before = (await notifications())[0]?.id ?? 0
  await by.pass()
  return (await notifications())
    .filter(({ id }) => id > before)
    .map(wordsOf)
    .sort()
}

async function notifications(): Promise<readonly ReadableEvent[]> {
  const { results } = await rig.control.notifications.list(CONTEXT.actor, {
    limit: 1_000_000,
    offset: 0,
    projectIds: 'all',
    types: ['key.expiring', 'key.expired', 'key.unused'],
    unreadOnly: false,
  })
  return results
}

function wordsOf({ keyName, type, data }: ReadableEvent): string {
  return [keyName, type.slice('key.'.length), data?.days_before ?? []].flat().join(' ')
}

describe('a key that expires', () => {
  it('is told of on the days of its project and when it has expired, each once', async () => {
    await makeKey('partner', 40)
    await makeKey('other', null)
    expect(await toldAfter(9)).toEqual([])
    expect(await toldAfter(1)).toEqual(['partner expiring 30'])
    expect(await toldAfter(0)).toEqual([])
    expect(await toldAfter(16)).toEqual(['partner expiring 14'])
    expect(await toldAfter(7)).toEqual(['partner expiring 7'])
    expect(await toldAfter(6)).toEqual(['partner expiring 1'])
    expect(await toldAfter(1)).toEqual(['partner expired'])
    expect(await toldAfter(10)).toEqual([])
  })

  it('is told of once, late, when nobody looked for long', async () => {
    await makeKey('partner', 40)
    await makeKey('later', 60)
    expect(await toldAfter(50)).toEqual(['later expiring 14', 'partner expired'])
    expect(await toldAfter(0)).toEqual([])
  })

  it('begins anew when its expiry is changed', async () => {
    await makeKey('partner', 10)
    expect(await toldAfter(3)).toEqual(['partner expiring 7'])
    const { keys } = rig.control
    await keys.update(CONTEXT, SCOPE, 'partner', { expireMs: inDays(20) })
    expect(await toldAfter(0)).toEqual([])
    expect(await toldAfter(6)).toEqual(['partner expiring 14'])
    await keys.update(CONTEXT, SCOPE, 'partner', { description: 'the same expiry' })
    expect(await toldAfter(1)).toEqual([])
    expect(await toldAfter(20)).toEqual(['partner expired'])
    await keys.update(CONTEXT, SCOPE, 'partner', { expireMs: inDays(2) })
    expect(await toldAfter(1)).toEqual(['partner expiring 1'])
    await keys.update(CONTEXT, SCOPE, 'partner', { expireMs: null })
    expect(await toldAfter(50)).toEqual([])
  })

  it('is told of by the name that it has, and of a disabled one that it is', async () => {
    await makeKey('partner', 10)
    await rig.control.keys.update(CONTEXT, SCOPE, 'partner', { name: 'renamed', disabled: true })
    expect(await toldAfter(3)).toEqual(['renamed expiring 7'])
    expect((await notifications())[0]!.data).toMatchObject({ days_before: 7, disabled: true })
  })

  it('is not told of while it is deleted, and of nothing twice when it is brought back', async () => {
    const id = await makeKey('partner', 20)
    expect(await toldAfter(6)).toEqual(['partner expiring 14'])
    await rig.control.keys.delete(CONTEXT, SCOPE, 'partner')
    expect(await toldAfter(1)).toEqual([])
    await forgetEvents(rig.store, 400)
    await rig.control.deletedKeys.restore(CONTEXT, SCOPE, id, {})
    expect(await toldAfter(0)).toEqual([])
    await rig.control.keys.delete(CONTEXT, SCOPE, 'partner')
    expect(await toldAfter(7)).toEqual([])
    await rig.control.deletedKeys.restore(CONTEXT, SCOPE, id, {})
    // Its day came while it was away.
    expect(await toldAfter(0)).toEqual(['partner expiring 7'])
    expect(await toldAfter(6)).toEqual(['partner expired'])
  })

  it('is told of to those by mail whom its project names, once', async () => {
    await rig.store.db.transaction().execute((trx) => setMailQueued(trx, true))
    const noticeEmails = ['ann@example.com', 'bob@example.com']
    await rig.control.keySettings.update(CONTEXT, SCOPE.projectId, { noticeEmails })
    await makeKey('partner', 10)
    const queued = async () => {
      const rows = await rig.store.db
        .selectFrom('deliveries')
        .selectAll()
        .orderBy('number')
        .execute()
      return rows.map(({ recipient, type, body }) => [recipient, type, JSON.parse(body).data])
    }
    expect(await queued()).toEqual([])
    await toldAfter(3)
    await toldAfter(0)
    await toldAfter(-1)
    await toldAfter(1)
    const data = { key: { name: 'partner' }, days_before: 7 }
    expect(await queued()).toMatchObject(
      noticeEmails.map((address) => [address, 'key.expiring', data]),
    )
  })

  it('is not told of when its change is refused', async () => {
    await makeKey('partner', 10)
    const before = await dump(rig.store)
    const late = { expireMs: today() - 1 }
    await expect(rig.control.keys.update(CONTEXT, SCOPE, 'partner', late)).rejects.toMatchObject({
      code: 'expire_in_past',
    })
    expect(await dump(rig.store)).toBe(before)
  })

  it('follows the days that its project wants, from when that changes', async () => {
    await makeKey('partner', 100)
    const settings = (noticeDays: number[]) =>
      rig.control.keySettings.update(CONTEXT, SCOPE.projectId, { noticeDays })
    await settings([60])
    expect(await toldAfter(40)).toEqual(['partner expiring 60'])
    await settings([60, 59, 3])
    expect(await toldAfter(1)).toEqual(['partner expiring 59'])
    await settings([45])
    expect(await toldAfter(10)).toEqual([])
    // It is nearer than that already.
    await settings([55])
    expect(await toldAfter(0)).toEqual(['partner expiring 55'])
    await settings([])
    expect(await toldAfter(49)).toEqual(['partner expired'])
  })
})

describe('a key that opens nothing', () => {
  const use = async (id: string, atMs: number) => {
    await rig.store.db
      .updateTable('keys')
      .set({ last_used_at_ms: atMs })
      .where('id', '=', id)
      .execute()
  }

  it('is told of after so many days, and again after a later use', async () => {
    const id = await makeKey('partner', null)
    expect(await toldAfter(89)).toEqual([])
    expect(await toldAfter(1)).toEqual(['partner unused'])
    expect((await notifications())[0]!.data).toEqual({ unused_days: 90, last_used_at: null })
    expect(await toldAfter(200)).toEqual([])
    await use(id, today())
    expect(await toldAfter(89)).toEqual([])
    // A look finds it used meanwhile.
    await use(id, today())
    expect(await toldAfter(89)).toEqual([])
    expect(await toldAfter(1)).toEqual(['partner unused'])
  })

  it('is not told of while it could not, and as its project wants it', async () => {
    await makeKey('disabled', null)
    await makeKey('expired', 50)
    await makeKey('used', null)
    await rig.control.keys.update(CONTEXT, SCOPE, 'disabled', { disabled: true })
    await rig.control.keySettings.update(CONTEXT, SCOPE.projectId, { noticeDays: [] })
    expect(await toldAfter(90)).toEqual(['expired expired', 'used unused'])
    await rig.control.keys.update(CONTEXT, SCOPE, 'disabled', { disabled: false })
    expect(await toldAfter(0)).toEqual(['disabled unused'])
    await makeKey('fresh', null)
    await rig.control.keySettings.update(CONTEXT, SCOPE.projectId, { unusedDays: 0 })
    expect(await toldAfter(1000)).toEqual([])
    await rig.control.keySettings.update(CONTEXT, SCOPE.projectId, { unusedDays: 500 })
    expect(await toldAfter(0)).toEqual(['fresh unused'])
  })
})

describe('a clock that jumps', () => {
  it('has nothing given twice, and what it kept waiting given in time', async () => {
    await makeKey('partner', 40)
    expect(await toldAfter(300)).toEqual(['partner expired'])
    expect(await toldAfter(-300)).toEqual([])
    const id = await makeKey('idle', null)
    expect(await toldAfter(200)).toEqual(['idle unused'])
    expect(await toldAfter(-200)).toEqual([])
    await rig.store.db
      .updateTable('keys')
      .set({ last_used_at_ms: today() + 1 })
      .where('id', '=', id)
      .execute()
    // Not 290 days later, which is what a clock that runs ahead would make of it.
    expect(await toldAfter(91)).toEqual(['idle unused'])
  })
})

describe('events', () => {
  it('are forgotten after their time, and not told again for it', async () => {
    await makeKey('partner', 40)
    expect(await toldAfter(33)).toEqual(['partner expiring 7'])
    // A sweep goes a day further than the one before it at most.
    for (let day = 0; day < 20; day++) {
      rig.clock.advance(DAY_MS / 10)
      await forgetEvents(rig.store, 1)
    }
    expect(await notifications()).toEqual([])
    expect(await toldAfter(0)).toEqual([])
    expect(await toldAfter(-5)).toEqual([])
    expect(await toldAfter(10)).toEqual(['partner expired'])
  })

  it('of keys that are gone for good leave nothing behind', async () => {
    const id = await makeKey('partner', 40)
    await rig.control.keys.delete(CONTEXT, SCOPE, 'partner')
    await scheduler.pass()
    await forgetEvents(rig.store, 400)
    const rows = () => rig.store.db.selectFrom('key_notices').selectAll().execute()
    expect(await rows()).toHaveLength(1)
    await rig.control.deletedKeys.purge(CONTEXT, SCOPE, id)
    expect(await rows()).toEqual([])
  })
})

describe('several control processes on one database', () => {
  it('give each notice once, whatever the clock does and whoever is started anew', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(STEPS, { minLength: 5, maxLength: 25 }), async (steps) => {
        const own = await NoticesModel.start(rig, `run${runs++}`)
        try {
          for (const one of steps) await own.take(one)
          await own.end()
        } finally {
          await own.close()
        }
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('give each once when they do it at the same moment', async () => {
    const NAMES = Array.from({ length: 30 }, (_, i) => `key-${i}`)
    for (const name of NAMES) await makeKey(name, 40)
    const clock = new SharedArrayBuffer(8)
    const now = new Float64Array(clock)
    now[0] = today()
    const file = new URL('./notices-thread.ts', import.meta.url)
    const threads = Array.from(
      { length: 3 },
      () => new Worker(file, { workerData: { path: rig.path, clock } }),
    )
    await Promise.all(threads.map((thread) => once(thread, 'message')))
    for (let day = 0; day < 42; day++) {
      now[0] += DAY_MS
      const passed = threads.map((thread) => once(thread, 'message'))
      for (const thread of threads) thread.postMessage('pass')
      await Promise.all(passed)
    }
    const ended = threads.map((thread) => once(thread, 'exit'))
    for (const thread of threads) thread.postMessage('end')
    await Promise.all(ended)
    const words = (await notifications()).map(wordsOf)
    const ways = ['expiring 30', 'expiring 14', 'expiring 7', 'expiring 1', 'expired']
    expect(words.sort()).toEqual(
      NAMES.flatMap((name) => ways.map((way) => `${name} ${way}`)).sort(),
    )
  })
})
