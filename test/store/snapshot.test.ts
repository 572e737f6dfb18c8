import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import { UNLIMITED } from '../../src/domain/key.ts'
import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import type { SnapshotPart } from '../../src/feed/nodes.ts'
import { change } from '../../src/store/change.ts'
import type { Trx } from '../../src/store/dialect.ts'
import { feedSource } from '../../src/store/feed.ts'
import { replaceGrantsOfKey } from '../../src/store/grants.ts'
import { insertKey } from '../../src/store/keys.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { type WholeSnapshot, wholeSnapshot } from '../helpers/whole-snapshot.ts'

const KEYS = 10_000
const FUNCTIONS = 420
const SCOPE = { projectId: 1, regionId: 1 }

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-snapshot-'))
  store = await openStore({ path: join(folder, 'latchkey.db') })
  await sql`insert into projects (id, name, is_default, revision, created_at_ms) values (1, 'p', 1, 1, 5)`.execute(
    store.db,
  )
  await sql`insert into regions values (1, 'r', 5)`.execute(store.db)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const functionId = (i: number) => `f${i % FUNCTIONS}`
const keyId = (i: number) => createHash('sha1').update(String(i)).digest('hex')

async function addKey(trx: Trx, i: number, functionIds: string[], name = `key ${i}`) {
  const key = {
    id: keyId(i),
    ...SCOPE,
    name,
    description: '',
    hint: '',
    expireMs: i % 3 ? i : null,
  }
  const digest = createHash('sha256').update(`${i}`).digest('hex')
  await insertKey(trx, { ...key, createdAtMs: i, updatedAtMs: i }, digest, 1)
  const functions = [...new Set(functionIds)].map((functionId) => ({ functionId, ...UNLIMITED }))
  await replaceGrantsOfKey(trx, key.id, { functions })
}

/** One revision that touches these keys. */
async function changeKeys(numbers: readonly number[], rule: (trx: Trx, i: number) => unknown) {
  const { revision } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
    for (const i of numbers) {
      await rule(handle.trx, i)
      handle.touch('key', keyId(i))
    }
    handle.audit({ action: 'key.created', entityId: '', entityName: '', scope: SCOPE })
  })
  return revision
}

async function deleteKey(trx: Trx, i: number) {
  await trx.deleteFrom('keys').where('id', '=', keyId(i)).execute()
}

async function fill(keys: number): Promise<void> {
  await sql`insert into namespaces (id, project_id, region_id, name, description, envs, revision, created_at_ms) values ('n', 1, 1, 'n', '', '{}', 1, 5)`.execute(
    store.db,
  )
  for (let i = 0; i < FUNCTIONS; i++) {
    await sql`insert into functions
      (id, namespace_id, name, label, description, runtime, code_text, files, dependencies, main_method, envs,
       flavor, timeout_seconds, min_instances, max_instances, requires_key, disabled, build_status,
       build_message, generation, revision, created_at_ms, updated_at_ms)
      values (${functionId(i)}, 'n', ${`fn-${i}`}, ${`l-${i}`}, '', 'nodejs', '', '{}', '{}', 'handler', '{}',
       '125mCPU-256MB', 10, 0, 1, 1, 0, 'succeeded', '', 1, 1, 5, 5)`.execute(store.db)
  }
  const numbers = Array.from({ length: keys }, (_, i) => i)
  await changeKeys(numbers, (trx, i) => addKey(trx, i, [functionId(i), functionId(i * 7)]))
}

function applied(snapshot: WholeSnapshot, news: Change): KeyEntry[] {
  const keys = new Map(snapshot.keys.map((key) => [key.keyId, key]))
  for (const id of news.removedKeyIds) keys.delete(id)
  for (const key of news.keys) keys.set(key.keyId, key)
  return [...keys.values()].sort((a, b) => (a.keyId < b.keyId ? -1 : 1))
}

/** How many pages of the database's log are not in its file yet, after what can be moved there was. */
async function pagesHeldBack(): Promise<number> {
  const moved = sql<{ log: number; checkpointed: number }>`pragma wal_checkpoint(passive)`
  const [row] = (await moved.execute(store.db)).rows
  return row!.log - row!.checkpointed
}

describe('the snapshot of the store', () => {
  it('is of one revision while keys come, change and go, and the changes after it lead to what is', async () => {
    await fill(KEYS)
    const feed = feedSource(store)
    const before = await wholeSnapshot(feed)
    expect(before.keys).toHaveLength(KEYS)
    expect(before.routes).toHaveLength(FUNCTIONS)

    let parts = 0
    async function* whileWriting(): AsyncGenerator<SnapshotPart> {
      for await (const part of feed.snapshot()) {
        yield part
        const i = parts++
        await changeKeys([KEYS + i], (trx, n) => addKey(trx, n, [functionId(n)]))
        await changeKeys([i * 99], deleteKey)
        await changeKeys([i * 99 + 1], (trx, n) =>
          replaceGrantsOfKey(trx, keyId(n), { functions: [] }),
        )
      }
    }
    const during = await wholeSnapshot({ snapshot: whileWriting })
    expect(parts).toBeGreaterThan(20)
    expect(during).toEqual(before)

    const now = await wholeSnapshot(feed)
    expect(now.revision).toBe(before.revision + 3 * parts)
    const news = await feed.changesSince(during.revision)
    expect(applied(during, news!)).toEqual(now.keys)
    expect(now.keys.map((key) => key.keyId)).not.toContain(keyId(99))
  })

  it('says how many keys will come, and has no part without any', async () => {
    const kinds = async () => {
      const found: unknown[] = []
      for await (const part of feedSource(store).snapshot()) {
        found.push(part.kind === 'begin' ? part.keys : part.kind)
      }
      return found
    }
    expect(await kinds()).toEqual([0])
    await fill(100)
    expect(await kinds()).toEqual([100, 'routes', 'routes', 'routes', 'keys'])
    await changeKeys([100], (trx, i) => addKey(trx, i, []))
    expect(await kinds()).toEqual([101, 'routes', 'routes', 'routes', 'keys', 'keys'])
  })

  it('has every name as it is', async () => {
    const names = ['"quoted"', 'back\\slash', 'line\nbreak\u0001', 'größer 🔑', '', '}],']
    await changeKeys(
      names.map((_, i) => i),
      (trx, i) => addKey(trx, i, [], names[i]!),
    )
    const { keys } = await wholeSnapshot(feedSource(store))
    expect(keys.map((key) => key.name).sort()).toEqual([...names].sort())
    expect(keys).toEqual((await feedSource(store).changesSince(0))!.keys)
  })

  it('holds nothing back once its reader turns away, be it after the first part or by an error', async () => {
    await fill(2_000)
    const write = (i: number) => changeKeys([i], (trx, n) => addKey(trx, n, []))
    let held = 0
    for await (const _ of feedSource(store).snapshot()) {
      await write(5_000)
      held = await pagesHeldBack()
      break
    }
    expect(held).toBeGreaterThan(0)
    expect(await pagesHeldBack()).toBe(0)

    const failing = async () => {
      for await (const _ of feedSource(store).snapshot()) {
        await write(5_001)
        throw new Error('it was broken off')
      }
    }
    await expect(failing()).rejects.toThrow('broken off')
    expect(await pagesHeldBack()).toBe(0)
  })
})
