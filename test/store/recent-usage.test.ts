import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  addRecentCounts,
  RECENT_MEASURES,
  RECENT_WIDTH,
  recentCounts,
  recentFromMs,
  recentMeasures,
  STRETCH_MS,
  stretchStart,
} from '../../src/domain/recent-usage.ts'
import { USAGE_FIELDS, USAGE_WIDTH, type UsageRow } from '../../src/domain/usage.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { measureRecentUsage, readRecentUsage } from '../../src/store/recent-usage.ts'
import { SQLITE_APPLICATION_ID } from '../../src/store/schema-version.ts'
import { addUsage } from '../../src/store/usage.ts'

const START_MS = Date.parse('2026-08-22T11:21:00Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FROM_MS = recentFromMs(START_MS)
const IDS = ['f1', 'f2', 'f3']

let folder: string
let path: string
let clock: ManualClock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-recent-'))
  path = join(folder, 'latchkey.db')
  clock = new ManualClock(START_MS)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ path, clock })
  try {
    await use(store)
  } finally {
    await store.close()
  }
}

let sequence = 0
const deliver = (store: Store, rows: readonly UsageRow[]) => {
  sequence += 1
  return addUsage(store, { node: 'n', boot: 'b', sequence, rows, lastUses: [] })
}

function row(changes: Partial<UsageRow> = {}, allowed = 1): UsageRow {
  const counts = [allowed, ...new Array<number>(USAGE_WIDTH - 1).fill(0)]
  return { functionId: 'f1', keyId: 'k1', atMs: START_MS, counts, ...changes }
}

const counted = fc.record({
  functionId: fc.constantFrom('f1', 'f2'),
  keyId: fc.constantFrom('', 'k1', 'k2'),
  atMs: fc.nat(90).map((minute) => START_MS + (5 - minute) * MINUTE_MS),
  counts: fc.array(fc.nat(1000), { minLength: USAGE_WIDTH, maxLength: USAGE_WIDTH }),
})

describe('what functions did in the last hour', () => {
  it('is the sum over keys, by stretches of five minutes and by what lists are in order of', async () => {
    await withStore(async (store) => {
      await fc.assert(
        fc.asyncProperty(fc.array(counted, { maxLength: 40 }), async (rows) => {
          await store.db.deleteFrom('usage_stretches').execute()
          await deliver(store, rows.slice(0, 10))
          await deliver(store, rows.slice(10))
          const [byStretch, byFunction] = [new Map(), new Map<string, number[]>()]
          for (const { functionId, atMs, counts } of rows) {
            const start = stretchStart(Math.min(atMs, START_MS))
            if (start < FROM_MS) continue
            add(byStretch, `${functionId} ${start}`, recentCounts(counts))
            add(byFunction, functionId, recentCounts(counts))
          }
          const found = await readRecentUsage(store.db, IDS, FROM_MS)
          const named = found.map((sum) => [`${sum.functionId} ${sum.atMs}`, sum.counts] as const)
          expect(new Map(named)).toEqual(byStretch)
          for (const measure of RECENT_MEASURES) {
            const expected = [...byFunction].map(([id, counts]) => {
              const { p95Ms, ...measures } = recentMeasures(counts)
              const p95 = Math.round((p95Ms ?? 0) * 1000)
              return [id, { ...measures, p95 }[measure]] as const
            })
            const measures = await measureRecentUsage(store.db, measure, FROM_MS)
            expect(measures).toEqual(new Map(expected))
          }
        }),
        { numRuns: 20 },
      )
    })
  })

  it('is of the functions that are asked for, and of those that were called', async () => {
    await withStore(async (store) => {
      await deliver(store, [row(), row({ functionId: 'f2' })])
      expect(await readRecentUsage(store.db, [], FROM_MS)).toEqual([])
      expect(await readRecentUsage(store.db, ['f3'], FROM_MS)).toEqual([])
      const measures = await measureRecentUsage(store.db, 'requests', FROM_MS)
      expect([...measures.keys()].sort()).toEqual(['f1', 'f2'])
    })
  })

  it('is forgotten when it is shown no more, with what comes then', async () => {
    await withStore(async (store) => {
      const stretches = async () => {
        const rows = await store.db.selectFrom('usage_stretches').select('at_ms').execute()
        return rows.map((found) => found.at_ms).sort()
      }
      const first = stretchStart(START_MS)
      await deliver(store, [row()])
      clock.advance(11 * STRETCH_MS)
      await deliver(store, [row({ atMs: clock.now() })])
      expect(await stretches()).toEqual([first, first + 11 * STRETCH_MS])
      clock.advance(STRETCH_MS)
      await deliver(store, [row()])
      expect(await stretches()).toEqual([first + 11 * STRETCH_MS])
    })
  })

  it('has what was counted before the clock was put back a little, and not from days ahead', async () => {
    await withStore(async (store) => {
      const requests = async () => {
        const sums = await measureRecentUsage(store.db, 'requests', recentFromMs(clock.now()))
        return sums.get('f1')
      }
      await deliver(store, [row()])
      clock.advance(-10 * MINUTE_MS)
      await deliver(store, [row({ atMs: clock.now() })])
      expect(await requests()).toBe(2)
      clock.advance(-48 * HOUR_MS)
      await deliver(store, [row({ atMs: clock.now() })])
      expect(await requests()).toBe(1)
    })
  })

  it('is there of a file of an older version, as it was counted by the minute', async () => {
    const database = new Database(path)
    const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) })
    const getMigrations = async () =>
      Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0018'))
    await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
    database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
    database.pragma('user_version = 15')
    const counts = USAGE_FIELDS.map((_, field) => field + 1)
    const minute = database.prepare(
      `insert into usage_minutes (at_ms, pair_id, ${USAGE_FIELDS}) values (?, ?, ${counts})`,
    )
    database.exec(`insert into usage_pairs values (1, 'k1', 'f1'), (2, '', 'f1'), (3, '', 'f2')`)
    minute.run(START_MS, 1)
    minute.run(START_MS, 2)
    minute.run(START_MS, 3)
    minute.run(START_MS - STRETCH_MS, 3)
    minute.run(START_MS - 24 * STRETCH_MS, 3)
    await db.destroy()
    await withStore(async (store) => {
      const sums = await readRecentUsage(store.db, IDS, 0)
      const one = recentCounts(counts)
      const start = stretchStart(START_MS)
      expect(sums).toEqual([
        { functionId: 'f1', atMs: start, counts: one.map((count) => 2 * count) },
        { functionId: 'f2', atMs: start - STRETCH_MS, counts: one },
        { functionId: 'f2', atMs: start, counts: one },
      ])
    })
  })
})

function add(sums: Map<string, number[]>, name: string, counts: readonly number[]): void {
  const sum = sums.get(name) ?? new Array<number>(RECENT_WIDTH).fill(0)
  addRecentCounts(sum, counts)
  sums.set(name, sum)
}
