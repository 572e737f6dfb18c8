import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS, stepMs, type UsageStep } from '../../src/domain/usage-time.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { addInstances, readInstances } from '../../src/store/instances.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { forgetUsage } from '../../src/store/usage-retention.ts'

const START_MS = Date.parse('2026-08-22T11:21:00Z')
const HOUR_START_MS = Date.parse('2026-08-22T11:00:00Z')
const MINUTE_MS = stepMs('minute')
const EVER = { fromMs: 0, toMs: START_MS + 1000 * DAY_MS }
const KEPT = { minute: 3, hour: 90, day: 730 }

let folder: string
let store: Store
let clock: ManualClock
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-instances-'))
  clock = new ManualClock(START_MS)
  store = await openStore({ path: join(folder, 'latchkey.db'), clock })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function rows(step: UsageStep, functionId = 'f1') {
  const found = await readInstances(store.db, functionId, { step, range: EVER, rowsMax: 1000 })
  return found.map(({ atMs, highest, total }) => [atMs, highest, total])
}

const add = (count: number, atMs: number, functionId = 'f1') =>
  addInstances(store, new Map([[functionId, count]]), atMs)

describe('instances in the store', () => {
  it('are kept by the minute, by the hour and by the day', async () => {
    await add(2, START_MS)
    await add(5, START_MS + MINUTE_MS)
    await add(1, START_MS + stepMs('hour'))
    expect(await rows('minute')).toEqual([
      [START_MS, 2, 2],
      [START_MS + MINUTE_MS, 5, 5],
      [START_MS + stepMs('hour'), 1, 1],
    ])
    expect(await rows('hour')).toEqual([
      [HOUR_START_MS, 5, 7],
      [HOUR_START_MS + stepMs('hour'), 1, 1],
    ])
    expect(await rows('day')).toEqual([[Date.parse('2026-08-22T00:00:00Z'), 5, 8]])
  })

  it('of one minute are its highest count, however many count and in whatever order', async () => {
    await Promise.all([3, 1, 4, 4, 2].map((count, i) => add(count, START_MS + i * 1000)))
    expect(await rows('minute')).toEqual([[START_MS, 4, 4]])
    expect(await rows('hour')).toEqual([[HOUR_START_MS, 4, 4]])
  })

  it('are of each function alone', async () => {
    await addInstances(
      store,
      new Map([
        ['f1', 2],
        ['f2', 9],
      ]),
      START_MS,
    )
    expect(await rows('hour', 'f2')).toEqual([[HOUR_START_MS, 9, 9]])
    expect(await rows('hour', 'f3')).toEqual([])
  })

  it('are forgotten as usage is: minutes first, then hours, then days', async () => {
    await add(2, START_MS)
    const left = async (days: number) => {
      for (let i = 0; i < days; i++) {
        clock.advance(DAY_MS)
        await forgetUsage(store, KEPT)
      }
      const steps = ['minute', 'hour', 'day'] as const
      return await Promise.all(steps.map(async (step) => (await rows(step)).length))
    }
    expect(await left(2)).toEqual([1, 1, 1])
    expect(await left(2)).toEqual([0, 1, 1])
    expect(await left(87)).toEqual([0, 0, 1])
    expect(await left(640)).toEqual([0, 0, 0])
  })
})
