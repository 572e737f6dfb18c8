import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { OWNER_OF_ALL } from '../../src/domain/role.ts'
import { findIdempotency } from '../../src/store/idempotency.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { openStore } from '../../src/store/open.ts'
import { hasLastingOwner } from '../../src/store/owners.ts'
import { SQLITE_APPLICATION_ID } from '../../src/store/schema-version.ts'
import { findToken } from '../../src/store/tokens.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-operators-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('tokens and idempotency keys of the time before roles stay as good as they were', async () => {
  const path = join(folder, 'latchkey.db')
  const database = new Database(path)
  const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) })
  const before = Object.entries(MIGRATIONS).filter(([name]) => name < '0008')
  const getMigrations = async () => Object.fromEntries(before)
  await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
  database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
  database.pragma(`user_version = ${before.length}`)
  database.exec(`
    insert into tokens values (1, 'first-start', 'digest', 'api', 5);
    insert into tokens values (900, 'LATCHKEY_ADMIN_TOKEN', 'other', 'settings', 6);
    insert into idempotency values (1, 'once', 'print', 200, '{"a":1}', 7)`)
  await db.destroy()

  const store = await openStore({ path })
  try {
    expect((await findToken(store.db, 1))?.token).toEqual({
      id: 1,
      name: 'first-start',
      description: '',
      createdAtMs: 5,
      source: 'api',
      issuedBy: '',
      userId: null,
      roles: OWNER_OF_ALL,
      expireMs: null,
      lastUsedAtMs: null,
    })
    expect((await findToken(store.db, 900))?.token.roles).toEqual(OWNER_OF_ALL)
    expect(await hasLastingOwner(store.db)).toBe(true)
    expect(await findIdempotency(store.db, 'token:1', 'once', 8)).toEqual({
      fingerprint: 'print',
      answer: { status: 200, body: { a: 1 } },
    })
    expect(await findIdempotency(store.db, 'user:1', 'once', 8)).toBeUndefined()
  } finally {
    await store.close()
  }
})
