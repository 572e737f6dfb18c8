import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSchema } from '../../src/store/check-schema.ts'
import { findKey } from '../../src/store/keys.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { openStore } from '../../src/store/open.ts'
import { SCHEMA_VERSION, SQLITE_APPLICATION_ID } from '../../src/store/schema-version.ts'
import { addUsage } from '../../src/store/usage.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-store-'))
  path = join(folder, 'latchkey.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function pretendNewer(): void {
  const database = new Database(path)
  database.pragma(`user_version = ${SCHEMA_VERSION + 3}`)
  database.close()
}

describe('opening the store', () => {
  it('makes a file that only its owner can read, durable and with foreign keys on', async () => {
    const store = await openStore({ path })
    try {
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600)
    } finally {
      await store.close()
    }
    expect(readdirSync(folder)).toEqual(['latchkey.db'])
  })

  it('brings an empty file up to date, and leaves a current one as it is', async () => {
    writeFileSync(path, '')
    await (await openStore({ path })).close()
    const before = readFileSync(path)
    await (await openStore({ path })).close()
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('brings a file of the first version up to date, with what it holds', async () => {
    const database = new Database(path)
    const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) })
    const getMigrations = async () => ({ '0001-foundation': MIGRATIONS['0001-foundation'] })
    await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
    database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
    database.pragma('user_version = 1')
    database.exec(`
      insert into projects values (1, 'p', null, 1, 1, 5);
      insert into regions values (1, 'r', 5);
      insert into keys values ('k1', 1, 1, 'partner', '', 'hint', 'digest', null, 1, 5, 5)`)
    await db.destroy()
    expect(checkSchema(path)).toEqual({ kind: 'older' })
    const store = await openStore({ path })
    try {
      const key = await findKey(store.db, { projectId: 1, regionId: 1 }, 'partner')
      expect(key).toMatchObject({ id: 'k1', hint: 'hint', lastUse: null })
      const lastUses = [{ keyId: 'k1', functionId: 'f', atMs: 7, address: 'a' }]
      await addUsage(store, { node: 'n', boot: 'b', sequence: 1, rows: [], lastUses })
    } finally {
      await store.close()
    }
    expect(checkSchema(path)).toEqual({ kind: 'current' })
  })

  it('keeps migrations in the order of their names', () => {
    const names = Object.keys(MIGRATIONS)
    expect(names).toEqual([...names].sort())
  })

  it('refuses a file of a newer version and leaves every byte as it was', async () => {
    await (await openStore({ path })).close()
    pretendNewer()
    const before = readFileSync(path)
    await expect(openStore({ path })).rejects.toThrow(/newer version/)
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(['latchkey.db'])
  })
})

describe('checking the schema', () => {
  it('has a version for every migration', () => {
    expect(Object.keys(MIGRATIONS)).toHaveLength(SCHEMA_VERSION)
  })

  it('tells an absent, an older, a current and a newer file apart and touches nothing', async () => {
    expect(checkSchema(path)).toEqual({ kind: 'absent' })
    writeFileSync(path, '')
    expect(checkSchema(path)).toEqual({ kind: 'absent' })
    await (await openStore({ path })).close()
    expect(checkSchema(path)).toEqual({ kind: 'current' })
    pretendNewer()
    expect(checkSchema(path)).toEqual({ kind: 'newer', found: String(SCHEMA_VERSION + 3) })
    const database = new Database(path)
    database.pragma('user_version = 0')
    database.close()
    expect(checkSchema(path)).toEqual({ kind: 'older' })
    expect(readdirSync(folder)).toEqual(['latchkey.db'])
  })

  it('reads a version that is still in the log of a killed process', async () => {
    const store = await openStore({ path })
    const other = new Database(path)
    try {
      other.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
      expect(checkSchema(path)).toEqual({ kind: 'newer', found: String(SCHEMA_VERSION + 1) })
    } finally {
      other.close()
      await store.close()
    }
  })

  it('refuses what is no database of Latchkey', () => {
    writeFileSync(path, 'something else, longer than a header'.repeat(10))
    expect(() => checkSchema(path)).toThrow(/not a database of Latchkey/)
    rmSync(path)
    const database = new Database(path)
    database.exec('create table theirs (a)')
    database.close()
    expect(() => checkSchema(path)).toThrow(/not a database of Latchkey/)
  })
})
