import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NoticeScheduler } from '../../src/control/notices.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { openStore } from '../../src/store/open.ts'
import { SQLITE_APPLICATION_ID } from '../../src/store/schema-version.ts'

const DAY_MS = 86_400_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-notices-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file as it was before there were notices, with these keys. */
async function oldStore(path: string, keys: readonly object[]): Promise<void> {
  const database = new Sqlite(path)
  database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
  const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) })
  const before = Object.entries(MIGRATIONS).filter(([name]) => name < '0013')
  database.exec('create table kysely_migration (name varchar(255) primary key, timestamp text)')
  for (const [name, migration] of before) {
    await migration.up(db)
    database.prepare('insert into kysely_migration values (?, ?)').run(name, '2026-01-01')
  }
  database.pragma(`user_version = ${before.length}`)
  database.exec(`insert into projects (id, name, is_default, revision, created_at_ms)
    values (1, 'default', 1, 1, 0)`)
  database.exec(`insert into regions (id, display_name, created_at_ms) values (1, 'local', 0)`)
  for (const key of keys) {
    const names = Object.keys(key)
    const values = names.map((name) => `@${name}`)
    database
      .prepare(`insert into keys (${names.join(', ')}) values (${values.join(', ')})`)
      .run(key)
  }
  await db.destroy()
}

it('keys from before there were notices are told of from now on, and those that expired long ago are not', async () => {
  const path = join(folder, 'latchkey.db')
  const now = Date.now()
  const key = (name: string, days: number | null, createdDaysAgo: number) => ({
    id: name,
    project_id: 1,
    region_id: 1,
    name,
    description: '',
    hint: 'lk_…abcd',
    digest: name,
    expire_ms: days === null ? null : now + days * DAY_MS,
    revision: 1,
    created_at_ms: now - createdDaysAgo * DAY_MS,
    updated_at_ms: now - createdDaysAgo * DAY_MS,
  })
  await oldStore(path, [
    key('long-gone', -5, 100),
    key('near', 6.5, 100),
    key('far', 100, 10),
    key('young', 5.5, 1),
    key('forever', null, 10),
  ])
  const clock = { now: () => now }
  const store = await openStore({ path, clock })
  try {
    const scheduler = new NoticeScheduler({ store, logger: { warn() {}, error() {} } })
    await scheduler.pass()
    await scheduler.pass()
    const events = await store.db.selectFrom('events').selectAll().orderBy('key_name').execute()
    const words = events.map(({ key_name: name, type, data }) => [name, type, JSON.parse(data)])
    expect(words).toMatchObject([
      ['near', 'key.expiring', { days_before: 7 }],
      ['near', 'key.unused', {}],
    ])
  } finally {
    await store.close()
  }
})
