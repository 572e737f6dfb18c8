import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { requestsOf, USAGE_FIELDS, USAGE_WIDTH, type UsageRow } from '../../src/domain/usage.ts'
import { addCounts } from '../../src/domain/usage-tally.ts'
import { DAY_MS, stepMs, stepStart, USAGE_STEPS } from '../../src/domain/usage-time.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { listAudit } from '../../src/store/audit.ts'
import { change } from '../../src/store/change.ts'
import { readCounter } from '../../src/store/counters.ts'
import { feedSource } from '../../src/store/feed.ts'
import { findKey, insertKey } from '../../src/store/keys.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { insertProject, insertRegion } from '../../src/store/projects.ts'
import { addUsage, type CountedUsage, readUsage } from '../../src/store/usage.ts'
import { forgetUsage } from '../../src/store/usage-retention.ts'

const START_MS = Date.parse('2026-08-22T11:21:00Z')
const MINUTE_MS = stepMs('minute')
const SCOPE = { projectId: 1, regionId: 1 }
const EVER = { fromMs: 0, toMs: START_MS + 1000 * DAY_MS }
const KEPT = { minute: 3, hour: 90, day: 730 }

let folder: string
let store: Store
let clock: ManualClock
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-usage-'))
  clock = new ManualClock(START_MS)
  store = await openStore({ path: join(folder, 'latchkey.db'), clock })
  await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, revision, nowMs, audit }) => {
    const times = { createdAtMs: nowMs, updatedAtMs: nowMs }
    await insertProject(
      trx,
      { id: 1, name: 'p', description: null, isDefault: true, ...times },
      revision,
    )
    await insertRegion(trx, { id: 1, displayName: 'r', ...times })
    const key = { id: 'k1', name: 'partner', description: '', hint: '', expireMs: null }
    await insertKey(trx, { ...SCOPE, ...key, ...times }, 'digest', revision)
    audit({ action: 'key.created', entityId: 'k1', entityName: 'partner' })
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function row(changes: Partial<UsageRow> = {}, allowed = 1): UsageRow {
  const counts = [allowed, ...new Array<number>(USAGE_WIDTH - 1).fill(0)]
  return { functionId: 'f1', keyId: 'k1', atMs: START_MS, counts, ...changes }
}

function delivery(sequence: number, changes: Partial<CountedUsage> = {}): CountedUsage {
  return { node: 'n', boot: 'b', sequence, rows: [], lastUses: [], ...changes }
}

async function requests(of: 'k1' | 'f1', step: 'minute' | 'hour' | 'day', isSplit = false) {
  const what = of === 'k1' ? { keyId: of } : { functionId: of }
  const rows = await readUsage(store.db, what, { step, range: EVER, isSplit, rowsMax: 10_000 })
  return rows.map(({ atMs, counts, partId }) => [atMs, requestsOf(counts), partId])
}

describe('usage in the store', () => {
  it('is kept by the minute, by the hour and by the day alike', async () => {
    const counted = fc.record({
      functionId: fc.constantFrom('f1', 'f2'),
      keyId: fc.constantFrom('', 'k1', 'k2'),
      atMs: fc.nat(3000).map((minute) => START_MS - minute * MINUTE_MS),
      counts: fc.array(fc.nat(1000), { minLength: USAGE_WIDTH, maxLength: USAGE_WIDTH }),
    })
    let sequence = 0
    await fc.assert(
      fc.asyncProperty(fc.array(counted, { maxLength: 40 }), async (rows) => {
        for (const table of ['usage_minutes', 'usage_hours', 'usage_days'] as const) {
          await store.db.deleteFrom(table).execute()
        }
        for (const part of [rows.slice(0, 10), rows.slice(10)]) {
          sequence += 1
          await addUsage(store, delivery(sequence, { rows: part }))
        }
        for (const step of USAGE_STEPS) {
          const expected = new Map<number, number[]>()
          for (const { keyId, atMs, counts } of rows) {
            if (keyId !== 'k1') continue
            const start = stepStart(step, atMs)
            const sum = expected.get(start) ?? new Array<number>(USAGE_WIDTH).fill(0)
            addCounts(sum, counts)
            expected.set(start, sum)
          }
          const query = { step, range: EVER, isSplit: false, rowsMax: 10_000 }
          const found = await readUsage(store.db, { keyId: 'k1' }, query)
          const inOrder = [...expected].sort(([a], [b]) => a - b)
          expect(found.map(({ atMs, counts }) => [atMs, counts])).toEqual(inOrder)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('counts a delivery that comes again nothing, and the next one', async () => {
    const first = delivery(1, { rows: [row()] })
    expect(await addUsage(store, first)).toBe(true)
    expect(await addUsage(store, first)).toBe(false)
    expect(await addUsage(store, delivery(2, { rows: [row()] }))).toBe(true)
    expect(await addUsage(store, first)).toBe(false)
    expect(await addUsage(store, { ...first, boot: 'another run' })).toBe(true)
    expect(await addUsage(store, { ...first, node: 'another node' })).toBe(true)
    expect(await requests('k1', 'day')).toEqual([[stepStart('day', START_MS), 4, '']])
  })

  it('counts one of two that bring the same delivery at once', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        addUsage(store, delivery(1 + (i >> 1), { rows: [row()] })),
      ),
    )
    expect(taken.filter((isNews) => isNews)).toHaveLength(10)
    expect(await requests('k1', 'hour')).toEqual([[stepStart('hour', START_MS), 10, '']])
  })

  it('changes nothing when a part of it cannot be written', async () => {
    const broken = row({ counts: [1, null as unknown as number, ...new Array(30).fill(0)] })
    await expect(addUsage(store, delivery(1, { rows: [row(), broken] }))).rejects.toThrow()
    expect(await requests('k1', 'minute')).toEqual([])
    expect(await addUsage(store, delivery(1, { rows: [row()] }))).toBe(true)
  })

  it('makes no revision, no change of the feed and no audit row', async () => {
    const audit = await listAudit(store.db)
    const use = { keyId: 'k1', functionId: 'f1', atMs: START_MS, address: '192.0.2.1' }
    await addUsage(store, delivery(1, { rows: [row()], lastUses: [use] }))
    expect(await readCounter(store.db, 'revision')).toBe(1)
    expect((await feedSource(store).changesSince(1))?.keys).toEqual([])
    expect(await listAudit(store.db)).toEqual(audit)
  })

  it('tells of the keys of a function and of the functions of a key apart', async () => {
    const rows = [row(), row({ keyId: '' }, 5), row({ functionId: 'f2' }, 7)]
    await addUsage(store, delivery(1, { rows }))
    expect(await requests('f1', 'minute')).toEqual([[START_MS, 6, '']])
    expect(await requests('f1', 'minute', true)).toEqual([
      [START_MS, 5, ''],
      [START_MS, 1, 'k1'],
    ])
    expect(await requests('k1', 'minute', true)).toEqual([
      [START_MS, 1, 'f1'],
      [START_MS, 7, 'f2'],
    ])
  })

  it('takes a time that lies ahead for now', async () => {
    await addUsage(store, delivery(1, { rows: [row({ atMs: START_MS + DAY_MS })] }))
    expect(await requests('k1', 'minute')).toEqual([[START_MS, 1, '']])
  })

  it('has a column for every field', async () => {
    const counts = USAGE_FIELDS.map((_, i) => i + 1)
    await addUsage(store, delivery(1, { rows: [row({ counts })] }))
    const found = await store.db.selectFrom('usage_days').selectAll().executeTakeFirstOrThrow()
    expect(USAGE_FIELDS.map((field) => found[field])).toEqual(counts)
  })
})

describe('the last use of a key', () => {
  const used = (atMs: number, address: string) => ({
    lastUses: [{ keyId: 'k1', functionId: 'f1', atMs, address }],
  })
  const lastUse = async () => (await findKey(store.db, SCOPE, 'partner'))?.lastUse

  it('is none at first, and never moves back', async () => {
    expect(await lastUse()).toBeNull()
    await addUsage(store, delivery(1, used(START_MS - 10, '192.0.2.1')))
    await addUsage(store, delivery(2, used(START_MS - 20, '192.0.2.2')))
    expect(await lastUse()).toEqual({
      atMs: START_MS - 10,
      address: '192.0.2.1',
      function: null,
    })
    await addUsage(store, delivery(3, used(START_MS - 5, '192.0.2.3')))
    expect(await lastUse()).toMatchObject({ atMs: START_MS - 5, address: '192.0.2.3' })
  })

  it('does not run ahead of the clock, after which nothing newer could be told', async () => {
    await addUsage(store, delivery(1, used(START_MS + DAY_MS, '192.0.2.1')))
    expect(await lastUse()).toMatchObject({ atMs: START_MS })
  })

  it('of a key that is deleted is let be', async () => {
    const lastUses = [{ keyId: 'gone', functionId: 'f1', atMs: START_MS, address: '' }]
    expect(await addUsage(store, delivery(1, { lastUses }))).toBe(true)
  })
})

describe('forgetting usage', () => {
  const rowCounts = async () =>
    await Promise.all(
      (['usage_minutes', 'usage_hours', 'usage_days', 'usage_pairs'] as const).map(
        async (table) =>
          (
            await store.db
              .selectFrom(table)
              .select('rowid' as never)
              .execute()
          ).length,
      ),
    )

  it('takes minutes first, then hours, then days, then what nothing is left of', async () => {
    await addUsage(store, delivery(1, { rows: [row(), row({ functionId: 'f2' })] }))
    const sweepAfterDays = async (days: number) => {
      // Hourly for so long would do the same: a sweep goes a day further at most.
      for (let i = 0; i < days; i++) {
        clock.advance(DAY_MS)
        await forgetUsage(store, KEPT)
      }
      return rowCounts()
    }
    expect(await sweepAfterDays(2)).toEqual([2, 2, 2, 2])
    expect(await sweepAfterDays(2)).toEqual([0, 2, 2, 2])
    expect(await sweepAfterDays(87)).toEqual([0, 0, 2, 2])
    expect(await sweepAfterDays(640)).toEqual([0, 0, 0, 0])
  })

  it('keeps what is younger, however many forget at once', async () => {
    const rows = Array.from({ length: 20 }, (_, i) =>
      row({ atMs: START_MS - i * 6 * stepMs('hour') }),
    )
    await addUsage(store, delivery(1, { rows }))
    await Promise.all([forgetUsage(store, KEPT), forgetUsage(store, KEPT)])
    const left = await requests('k1', 'minute')
    expect(left.map(([atMs]) => atMs)).toEqual(
      Array.from({ length: 13 }, (_, i) => START_MS - (12 - i) * 6 * stepMs('hour')),
    )
  })

  it('loses a day of rows, not all of them, to a clock that jumps ahead', async () => {
    const rows = [0, 1, 2].map((days) => row({ atMs: START_MS - days * DAY_MS - MINUTE_MS }))
    await addUsage(store, delivery(1, { rows }))
    await forgetUsage(store, KEPT)
    clock.advance(3650 * DAY_MS)
    await forgetUsage(store, KEPT)
    expect(await rowCounts()).toEqual([2, 3, 3, 1])
    clock.advance(-3650 * DAY_MS)
    await forgetUsage(store, KEPT)
    expect(await rowCounts()).toEqual([2, 3, 3, 1])
  })
})
