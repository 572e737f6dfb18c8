import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { ChainWalk, EMPTY_CHAIN } from '../../src/domain/audit-chain.ts'
import { auditHash, FIRST_PREVIOUS_HASH } from '../../src/domain/audit-line.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { auditLaggards, auditOnly, listAudit } from '../../src/store/audit.ts'
import { readAuditLines } from '../../src/store/audit-lines.ts'
import { change } from '../../src/store/change.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { SQLITE_APPLICATION_ID } from '../../src/store/schema-version.ts'
import type { AuditThreadData } from './audit-thread.ts'

const NOW_MS = Date.parse('2026-08-22T11:21:00.250Z')
const actor = {
  ...{ tokenId: 3, userId: 0, name: 'ci', requestId: 'req_1', address: '192.0.2.1' },
}

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-audit-'))
  store = await openStore({ path: join(folder, 'latchkey.db'), clock: new ManualClock(NOW_MS) })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function made(id: string, shown: { before?: unknown; after?: unknown } = {}) {
  const scope = { projectId: 1, regionId: 1 }
  return await change(store, { actor }, async (handle) => {
    handle.audit({ action: 'key.created', entityId: id, entityName: `name ${id}`, scope, ...shown })
  })
}
const lines = () => readAuditLines(store.db, { descending: false, limit: 1000 })

describe('the chain of the audit', () => {
  it('numbers rows without gaps and links each to the one before, whoever writes at the same time', async () => {
    await Promise.all([
      ...Array.from({ length: 40 }, (_, i) => made(`k${i}`, { after: { i } })),
      ...Array.from({ length: 20 }, (_, i) =>
        auditOnly(store, actor, { action: 'user.logged-in', entityId: `u${i}`, entityName: 'u' }),
      ),
      expect(
        change(store, { actor }, async (handle) => {
          handle.audit({ action: 'key.created', entityId: 'lost', entityName: 'lost' })
          throw new Error('the rule says no')
        }),
      ).rejects.toThrow('the rule says no'),
    ])
    const rows = await lines()
    expect(rows.map((row) => row.sequence)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(rows[0]!.previous_hash).toBe(FIRST_PREVIOUS_HASH)
    const walk = new ChainWalk(EMPTY_CHAIN)
    expect(rows.map((row) => walk.push(row)).filter((fault) => fault !== undefined)).toEqual([])
    const head = await store.db.selectFrom('audit_head').selectAll().execute()
    expect(head).toEqual([{ id: 1, ...walk.head }])
  })

  it('is one, whatever the number of processes that write to it', async () => {
    const rows = 40
    const path = join(folder, 'latchkey.db')
    const threads = ['a', 'b', 'c'].map((name) => {
      const workerData: AuditThreadData = { path, name, rows }
      return new Worker(new URL('./audit-thread.ts', import.meta.url), { workerData })
    })
    await Promise.all(threads.map((thread) => once(thread, 'exit')))
    const walk = new ChainWalk(EMPTY_CHAIN)
    const all = await lines()
    expect(all.map((row) => walk.push(row)).filter((fault) => fault !== undefined)).toEqual([])
    expect(walk.rows).toBe(3 * rows)
    for (const name of ['a', 'b', 'c']) {
      const own = all.filter((row) => row.entity_id === name)
      expect(own.map((row) => row.entity_name)).toEqual(
        Array.from({ length: rows }, (_, i) => `${name} ${i}`),
      )
    }
  })

  it('hashes who, what, when, before and after as they are read again', async () => {
    await made('k\ud800', { before: { b: [1.5, '\udc00'], a: null }, after: { ä: '😀\u0000' } })
    const [row] = await lines()
    expect(row).toMatchObject({
      ...{ sequence: 1, at: '2026-08-22T11:21:00.250Z', action: 'key.created', revision: 1 },
      ...{ token_id: 3, user_id: 0, actor: 'ci', request_id: 'req_1', address: '192.0.2.1' },
      ...{ project_id: 1, region_id: 1, entity_id: 'k\ufffd', entity_name: 'name k\ufffd' },
      ...{ before: { b: [1.5, '\ufffd'], a: null }, after: { ä: '😀\u0000' } },
    })
    expect(auditHash(row!)).toBe(row!.hash)
  })

  it('has log-ins without a revision', async () => {
    await made('a')
    const entry = { action: 'user.log-in-refused', entityId: '7', entityName: 'a@b.test' } as const
    await auditOnly(store, actor, entry)
    expect((await listAudit(store.db)).map(({ revision, action }) => [revision, action])).toEqual([
      [1, 'key.created'],
      [null, 'user.log-in-refused'],
    ])
    expect(await listAudit(store.db, 1)).toMatchObject([{ ...entry, actor }])
  })

  it('tells of nodes that lagged in a row of its own, and shows them with the change', async () => {
    const { revision } = await made('a')
    await made('b')
    await auditLaggards(store, revision, ['node-b'])
    expect((await listAudit(store.db)).map((row) => row.laggards)).toEqual([['node-b'], []])
    expect((await lines()).at(-1)).toMatchObject({
      ...{ sequence: 3, action: 'change.lagged', revision, entity_id: '1', actor: 'system' },
      ...{ project_id: 1, region_id: 1, request_id: 'req_1', after: { laggards: ['node-b'] } },
    })
  })

  it('refuses to change, delete or replace a row', async () => {
    await made('a')
    const refused = /rows of the audit are never changed/
    for (const statement of [
      'update audit set actor = actor',
      'delete from audit',
      'insert or replace into audit select * from audit',
    ]) {
      await expect(sql.raw(statement).execute(store.db)).rejects.toThrow(refused)
    }
  })
})

describe('a store from before the chain', () => {
  it('has its rows chained in their order, each with a row for the nodes that lagged', async () => {
    const path = join(folder, 'old.db')
    const database = new Database(path)
    const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) })
    const earlier = Object.entries(MIGRATIONS).filter(([name]) => name < '0010')
    const getMigrations = async () => Object.fromEntries(earlier)
    await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
    database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
    database.pragma(`user_version = ${earlier.length}`)
    const insert = database.prepare(`insert into audit
      (revision, at_ms, action, token_id, request_id, address, project_id, region_id, entity_id,
       entity_name, "before", "after", laggards, actor)
      values (?, 5, ?, 1, 'r', 'a', 1, 1, 'k1', 'partner', ?, ?, ?, 'ci')`)
    database.exec('begin')
    insert.run(1, 'key.created', null, '{"hint":"x","description":""}', null)
    insert.run(2, 'key.deleted', '{"hint":"x"}', null, '["node-b"]')
    for (let i = 3; i <= 1100; i++) insert.run(i, 'key.created', null, null, null)
    database.exec('commit')
    await db.destroy()
    const opened = await openStore({ path, clock: new ManualClock(NOW_MS) })
    try {
      await auditOnly(opened, SYSTEM_ACTOR, {
        ...{ action: 'user.logged-in', entityId: '1', entityName: 'u' },
      })
      const walk = new ChainWalk(EMPTY_CHAIN)
      for (const row of await readAuditLines(opened.db, { descending: false, limit: 5000 })) {
        expect(walk.push(row)).toBeUndefined()
      }
      expect(walk.rows).toBe(1102)
      const [first, second, third] = await listAudit(opened.db)
      expect(first).toMatchObject({ after: { description: '', hint: 'x' }, laggards: [] })
      expect(second).toMatchObject({ sequence: 2, action: 'key.deleted', laggards: ['node-b'] })
      expect(third).toMatchObject({ sequence: 4, actor: { name: 'ci' } })
    } finally {
      await opened.close()
    }
  })
})
