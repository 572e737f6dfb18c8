import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SYSTEM_ACTOR } from '../../src/domain/audit.ts'
import type { KeyEntry } from '../../src/domain/routes.ts'
import { change } from '../../src/store/change.ts'
import { feedSource } from '../../src/store/feed.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import type { KeyRow } from '../../src/store/tables-keys.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'

const SCOPE = { projectId: 1, regionId: 1 }
const FUNCTIONS = ['f1', 'f2', 'f3']
const NAMESPACES = ['n1', 'n2']
const GRACE = { graceSeconds: 60, hardEndMs: 2_000_000 }

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-entries-'))
  store = await openStore({ path: join(folder, 'latchkey.db') })
  const { db } = store
  await sql`insert into projects (id, name, is_default, revision, created_at_ms) values (1, 'p', 1, 1, 5)`.execute(
    db,
  )
  await sql`insert into regions values (1, 'r', 5)`.execute(db)
  for (const id of NAMESPACES) {
    await sql`insert into namespaces (id, project_id, region_id, name, description, envs, revision, created_at_ms)
      values (${id}, 1, 1, ${id}, '', '{}', 1, 5)`.execute(db)
  }
  for (const id of FUNCTIONS) {
    await sql`insert into functions
      (id, namespace_id, name, label, description, runtime, code_text, files, dependencies, main_method, envs,
       flavor, timeout_seconds, min_instances, max_instances, requires_key, disabled, build_status,
       build_message, generation, revision, created_at_ms, updated_at_ms)
      values (${id}, 'n1', ${id}, ${id}, '', 'nodejs', '', '{}', '{}', 'handler', '{}',
       '125mCPU-256MB', 10, 0, 1, 1, 0, 'succeeded', '', 1, 1, 5, 5)`.execute(db)
  }
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

type Grant = { id: string; methods: string[]; paths: string[] }
interface RandomKey {
  readonly columns: Partial<KeyRow>
  readonly functions: readonly Grant[]
  readonly namespaces: readonly Grant[]
}

let written = 0

/** The digests of the n-th key and of its old secret. */
const digestOf = (n: number, kind: 'own' | 'old') =>
  (kind + n.toString(16).padStart(8, '0')).padEnd(64, '0').replaceAll(/[^0-9a-f]/g, 'a')

async function write(keys: readonly RandomKey[]): Promise<void> {
  await change(store, { actor: SYSTEM_ACTOR }, async ({ trx, touch, audit }) => {
    for (const { columns, functions, namespaces } of keys) {
      const n = written++
      const id = `k${String(n).padStart(6, '0')}`
      const old_digest = columns.rotated_at_ms == null ? null : digestOf(n, 'old')
      const row = { ...PLAIN, ...columns, id, digest: digestOf(n, 'own'), old_digest }
      await trx
        .insertInto('keys')
        .values({ ...row, name: `${n} ${columns.name ?? ''}` })
        .execute()
      for (const { id: function_id, ...limits } of functions) {
        await trx
          .insertInto('grants')
          .values({ key_id: id, function_id, ...texts(limits) })
          .execute()
      }
      for (const { id: namespace_id, ...limits } of namespaces) {
        await trx
          .insertInto('namespace_grants')
          .values({ key_id: id, namespace_id, ...texts(limits) })
          .execute()
      }
      touch('key', id)
    }
    audit({ action: 'key.created', entityId: '', entityName: '', scope: SCOPE })
  })
}

const PLAIN = {
  project_id: 1,
  region_id: 1,
  name: '',
  description: '',
  labels: '{}',
  hint: '',
  issued_by: '',
  not_before_ms: null,
  expire_ms: null,
  disabled_at_ms: null,
  old_hint: null,
  rotated_at_ms: null,
  rotation_grace_seconds: null,
  rotation_hard_end_ms: null,
  rotation_used_at_ms: null,
  revision: 1,
  changed_revision: 1,
  created_at_ms: 5,
  updated_at_ms: 5,
  last_used_at_ms: null,
  last_used_function_id: null,
  last_used_address: null,
} as const

function texts({ methods, paths }: Omit<Grant, 'id'>) {
  return { methods: JSON.stringify(methods), paths: JSON.stringify(paths) }
}

function rotated(usedAtMs: number | null = null, hardEndMs = GRACE.hardEndMs) {
  return {
    old_hint: 'lk_',
    rotated_at_ms: 1_000,
    rotation_grace_seconds: GRACE.graceSeconds,
    rotation_hard_end_ms: hardEndMs,
    rotation_used_at_ms: usedAtMs,
  }
}

async function bothWays(): Promise<[KeyEntry[], KeyEntry[]]> {
  const source = feedSource(store)
  const { keys } = await wholeSnapshot(source)
  return [[...keys], [...(await source.changesSince(0))!.keys]]
}

it('gives the same entries in a snapshot and as changes, whatever keys there are', async () => {
  const rarely = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined, freq: 3 })
  const limits = {
    methods: fc.oneof(
      { weight: 3, arbitrary: fc.constant<string[]>([]) },
      fc.subarray(['GET', 'POST']),
    ),
    paths: fc.oneof(
      { weight: 3, arbitrary: fc.constant<string[]>([]) },
      fc.subarray(['/a', '/"größe"\\']),
    ),
  }
  const grants = (ids: string[]) =>
    fc.uniqueArray(fc.record({ id: fc.constantFrom(...ids), ...limits }), {
      selector: ({ id }) => id,
      maxLength: ids.length,
    })
  const time = fc.integer({ min: 0, max: 4_000_000 })
  const columns = fc
    .record({
      name: fc.string({ unit: 'grapheme', maxLength: 5 }),
      expire_ms: fc.option(time),
      not_before_ms: rarely(time),
      disabled_at_ms: rarely(time),
      rotation: rarely(fc.tuple(fc.option(time), time)),
    })
    .map(({ rotation, not_before_ms = null, disabled_at_ms = null, ...rest }) => {
      const more = rotation === undefined ? {} : rotated(...rotation)
      return { ...rest, not_before_ms, disabled_at_ms, ...more }
    })
  const key: fc.Arbitrary<RandomKey> = fc.record({
    columns,
    functions: grants(FUNCTIONS),
    namespaces: grants(NAMESPACES),
  })
  const plain = fc.constant<RandomKey>({ columns: {}, functions: [], namespaces: [] })
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 60 }),
      fc.array(plain, { minLength: 5 }),
      async (some, others) => {
        await write([...some, ...others])
        const [ofSnapshot, ofChanges] = await bothWays()
        expect(ofSnapshot).toEqual(ofChanges)
      },
    ),
    { numRuns: 25 },
  )
  // More than a page.
  expect((await bothWays())[0].length).toBeGreaterThan(120)
})

it('says of an ordinary key what it always said', async () => {
  const functions = ['f1', 'f2'].map((id) => ({ id, methods: [], paths: [] }))
  await write([{ columns: { name: 'k', expire_ms: 7 }, functions, namespaces: [] }])
  const [ofSnapshot, ofChanges] = await bothWays()
  expect(ofSnapshot).toEqual(ofChanges)
  const names = ['keyId', 'projectId', 'name', 'digest', 'expireMs', 'functionIds']
  expect(Object.keys(ofSnapshot[0]!)).toEqual(names)
})

it('has the old secret of a rotation first, with its own end', async () => {
  const key = { functions: [{ id: 'f1', methods: [], paths: [] }], namespaces: [] }
  const { hardEndMs, graceSeconds } = GRACE
  await write([
    { ...key, columns: rotated() },
    { ...key, columns: { ...rotated(), expire_ms: hardEndMs - 1 } },
    { ...key, columns: rotated(5_000) },
    { ...key, columns: rotated(hardEndMs - 1) },
  ])
  const [entries, same] = await bothWays()
  expect(entries).toEqual(same)
  const facts = entries.map(({ isOld, hasOld, isAwaited, expireMs, functionIds }) => {
    expect(functionIds).toEqual(['f1'])
    return [isOld ?? false, hasOld ?? false, isAwaited ?? false, expireMs]
  })
  expect(facts).toEqual([
    [true, false, false, hardEndMs],
    [false, true, true, null],
    [true, false, false, hardEndMs - 1],
    [false, true, true, hardEndMs - 1],
    [true, false, false, 5_000 + graceSeconds * 1000],
    [false, true, false, null],
    [true, false, false, hardEndMs],
    [false, true, false, null],
  ])
})

it('parts what a key opens whole from what it opens in part', async () => {
  await write([
    {
      columns: { not_before_ms: 3, disabled_at_ms: 4 },
      functions: [
        { id: 'f1', methods: [], paths: [] },
        { id: 'f2', methods: ['GET'], paths: ['/a'] },
      ],
      namespaces: [
        { id: 'n1', methods: [], paths: ['/b'] },
        { id: 'n2', methods: [], paths: [] },
      ],
    },
  ])
  const [entries, same] = await bothWays()
  expect(entries).toEqual(same)
  expect(entries[0]).toMatchObject({
    functionIds: ['f1'],
    namespaceIds: ['n2'],
    limited: [
      { id: 'f2', methods: ['GET'], paths: ['/a'] },
      { id: 'n1', methods: [], paths: ['/b'] },
    ],
    notBeforeMs: 3,
    isDisabled: true,
  })
})
