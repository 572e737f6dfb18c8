import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Key, keyStatus, UNLIMITED } from '../../src/domain/key.ts'
import { replaceGrantsOfKey } from '../../src/store/grants.ts'
import { type KeyFilter, listKeys } from '../../src/store/key-list.ts'
import { insertKey } from '../../src/store/keys.ts'
import { openStore, type Store } from '../../src/store/open.ts'

/* The list that the database filters, against the same list filtered here. */

const SCOPE = { projectId: 1, regionId: 1 }
const NOW_MS = 100
const KEYS = 200
const NAMES = ['env', 'en', 'nv', 'a.b', 'team', 'x/env']
const VALUES = ['', 'prod', 'env', 'pro', 'a:b', 'team']

let folder: string
let store: Store
let keys: readonly Key[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-keys-'))
  store = await openStore({ path: join(folder, 'latchkey.db') })
  await fill()
  const all = { limit: 1000, offset: 0, orderBy: 'created_at', descending: false } as const
  keys = (await listKeys(store.db, SCOPE, all)).results
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

async function fill(): Promise<void> {
  const statements = [
    sql`insert into projects (id, name, is_default, revision, created_at_ms) values (1, 'p', 1, 1, 5)`,
    sql`insert into regions values (1, 'r', 5)`,
    sql`insert into namespaces (id, project_id, region_id, name, description, envs, revision, created_at_ms)
      values ('n', 1, 1, 'demo', '', '{}', 1, 1)`,
    sql`insert into functions (id, namespace_id, name, label, description, runtime, code_text, files, dependencies,
      main_method, envs, flavor, timeout_seconds, min_instances, max_instances, requires_key, disabled,
      build_status, build_message, generation, revision, created_at_ms, updated_at_ms)
      values ('f', 'n', 'hello', 'hello', '', '', '', '{}', '', '', '{}', '', 1, 0, 1, 1, 0, 'pending', '', 1, 1, 1, 1)`,
  ]
  for (const statement of statements) await statement.execute(store.db)
  const time = fc.option(fc.integer({ min: NOW_MS - 2, max: NOW_MS + 2 }), { nil: null })
  const facts = fc.record({
    labels: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES), { maxKeys: 4 }),
    notBeforeMs: time,
    expireMs: time,
    disabledAtMs: fc.constantFrom(null, null, 1),
    lastUsedMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
    byName: fc.boolean(),
    byNamespace: fc.boolean(),
  })
  const made = fc.sample(facts, { numRuns: KEYS, seed: 7 })
  await store.db.transaction().execute(async (trx) => {
    for (const [i, { lastUsedMs, byName, byNamespace, ...key }] of made.entries()) {
      const id = `id-${i}`
      const rest = { name: `key-${i}`, description: '', hint: '', createdAtMs: i, updatedAtMs: i }
      await insertKey(trx, { ...SCOPE, id, ...rest, ...key }, `digest ${i}`, i)
      await replaceGrantsOfKey(trx, id, {
        functions: byName ? [{ functionId: 'f', methods: ['GET'], paths: [] }] : [],
        namespaces: byNamespace ? [{ namespaceId: 'n', ...UNLIMITED }] : [],
      })
      const used = { last_used_at_ms: lastUsedMs }
      await trx.updateTable('keys').set(used).where('id', '=', id).execute()
    }
  })
}

it('lists and counts exactly the keys that fit all of the filter, a page at a time', async () => {
  const label = fc.record(
    { name: fc.constantFrom(...NAMES, 'none'), value: fc.constantFrom(...VALUES) },
    { requiredKeys: ['name'] },
  )
  const filters = fc.record(
    {
      labels: fc.array(label, { maxLength: 2 }),
      status: fc.record({
        is: fc.constantFrom('Active', 'Expired', 'Disabled', 'Scheduled' as const),
        nowMs: fc.constantFrom(NOW_MS - 1, NOW_MS, NOW_MS + 1),
      }),
      opens: fc.constant({ functionId: 'f', namespaceId: 'n' }),
      search: fc.constantFrom('1', '19', 'key', '-2'),
      id: fc.constantFrom('id-3', 'id-400'),
    },
    { requiredKeys: [] },
  )
  const pages = fc.record({
    limit: fc.integer({ min: 1, max: 50 }),
    offset: fc.integer({ min: 0, max: 60 }),
    descending: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(filters, pages, async (filter, page) => {
      const asked = { ...filter, ...page, orderBy: 'created_at' } as KeyFilter
      const found = await listKeys(store.db, SCOPE, asked)
      const fitting = keys.filter((key) => fits(key, asked))
      if (page.descending) fitting.reverse()
      const { offset, limit } = page
      expect(found.count).toBe(fitting.length)
      expect(found.results).toEqual(fitting.slice(offset, offset + limit))
    }),
    { numRuns: 300 },
  )
})

function fits(key: Key, { labels = [], status, opens, search, id }: KeyFilter): boolean {
  return (
    labels.every(
      ({ name, value }) =>
        Object.hasOwn(key.labels, name) && (value === undefined || key.labels[name] === value),
    ) &&
    (status === undefined || keyStatus(key, status.nowMs) === status.is) &&
    (opens === undefined || key.functions.length + key.namespaces.length > 0) &&
    (search === undefined || key.name.includes(search)) &&
    (id === undefined || key.id === id)
  )
}

it('orders by last use with those that were never used before all others', async () => {
  const asked = { limit: 1000, offset: 0, orderBy: 'last_used_at' } as const
  const times = async (descending: boolean) =>
    (await listKeys(store.db, SCOPE, { ...asked, descending })).results.map(
      (key) => key.lastUse?.atMs ?? 0,
    )
  const sorted = (await times(false)).toSorted((a, b) => a - b)
  expect(await times(false)).toEqual(sorted)
  expect(await times(true)).toEqual(sorted.toReversed())
})
