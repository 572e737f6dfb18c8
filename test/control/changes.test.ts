import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PublicError } from '../../src/domain/errors.ts'
import type { Change } from '../../src/domain/routes.ts'
import { type AuditRecord, listAudit } from '../../src/store/audit.ts'
import { readCounter } from '../../src/store/counters.ts'
import { feedSource } from '../../src/store/feed.ts'
import { type WholeSnapshot, wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  dump,
  helloFunction,
  keyInput,
  NEWEST_FIRST,
  OWNER,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

/** What a data node does with a change. */
function applied(snapshot: WholeSnapshot, change: Change): WholeSnapshot {
  const routes = new Map(snapshot.routes.map((route) => [route.functionId, route]))
  const keys = new Map(snapshot.keys.map((key) => [key.keyId, key]))
  for (const id of change.removedFunctionIds) routes.delete(id)
  for (const id of change.removedKeyIds) keys.delete(id)
  for (const route of change.routes) routes.set(route.functionId, route)
  for (const key of change.keys) keys.set(key.keyId, key)
  return sorted({
    revision: change.revision,
    routes: [...routes.values()],
    keys: [...keys.values()],
  })
}

function sorted(snapshot: WholeSnapshot): WholeSnapshot {
  return {
    revision: snapshot.revision,
    routes: snapshot.routes.toSorted((a, b) => (a.functionId < b.functionId ? -1 : 1)),
    keys: snapshot.keys.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
  }
}

type Step = readonly [kind: number, a: number, b: number]

/** One change of any kind on few names, so that they collide; refusals are part of life. */
async function take([kind, a, b]: Step): Promise<void> {
  const { namespaces, functions, keys } = rig.control
  const namespace = `ns-${a % 2}`
  const fn = { namespace, name: `fn-${b % 3}` }
  const other = { namespace: `ns-${b % 2}`, name: `fn-${a % 3}` }
  const key = `key-${a % 3}`
  const steps = [
    () => createNamespace(rig, namespace),
    () => functions.create(CONTEXT, SCOPE, namespace, helloFunction(fn.name)),
    () => functions.update(CONTEXT, SCOPE, fn, { keys: [key] }),
    () => functions.update(CONTEXT, SCOPE, fn, { disabled: a % 2 === 0, timeoutSeconds: b }),
    () => functions.update(CONTEXT, SCOPE, fn, { envs: { A: String(a) } }),
    () => functions.delete(CONTEXT, SCOPE, fn),
    () => keys.create(CONTEXT, SCOPE, keyInput(key, [fn, other])),
    () => keys.update(CONTEXT, SCOPE, key, { functions: [other] }),
    () => keys.delete(CONTEXT, SCOPE, key),
    () => namespaces.update(CONTEXT, SCOPE, namespace, { envs: { B: String(b) } }),
    () =>
      a === 0 ? namespaces.delete(CONTEXT, SCOPE, namespace) : createNamespace(rig, namespace),
  ]
  try {
    await steps[kind % steps.length]!()
  } catch (error) {
    if (!(error instanceof PublicError)) throw error
  }
}

/** Waits until nothing is being deployed. */
async function idle(): Promise<void> {
  const query = { limit: 1000, offset: 0, descending: false }
  const unfinished = await rig.control.tasks.list({ ...query, states: ['NEW', 'RUNNING'] })
  for (const task of unfinished.results) await rig.control.taskEnded(task.id)
}

describe('the feed', () => {
  it('takes any older state to the newest one by its changes', async () => {
    const feed = feedSource(rig.store)
    const step = fc.tuple(fc.nat(10), fc.nat(5), fc.nat(5))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const snapshots: WholeSnapshot[] = [await wholeSnapshot(feed)]
        for (const one of steps) {
          await take(one)
          snapshots.push(await wholeSnapshot(feed))
        }
        await idle()
        const newest = sorted(await wholeSnapshot(feed))
        for (const old of snapshots) {
          expect(applied(old, (await feed.changesSince(old.revision))!)).toEqual(newest)
        }
      }),
      { numRuns: 25 },
    )
    const first = { revision: 0, routes: [], keys: [] }
    expect(applied(first, (await feed.changesSince(0))!)).toEqual(sorted(await wholeSnapshot(feed)))
  })

  it('has no gaps after many changes at once, and an audit row for each', async () => {
    await createNamespace(rig)
    await deployed(rig, 'hello')
    const before = await readCounter(rig.store.db, 'revision')
    const hello = { namespace: 'demo', name: 'hello' }
    const made = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        rig.control.keys.create(CONTEXT, SCOPE, keyInput(`k${i}`, [hello])),
      ),
    )
    const revisions = made.map(({ propagation }) => propagation.revision).sort((a, b) => a - b)
    expect(revisions).toEqual(Array.from({ length: 200 }, (_, i) => before + i + 1))
    expect((await listAudit(rig.store.db, before)).map((row) => row.revision)).toEqual(revisions)
  })
})

describe('the audit', () => {
  const SECRET_VALUE = 'value-that-must-not-spread'

  async function everyChange(): Promise<{ secrets: string[] }> {
    const { namespaces, functions, keys, tokens, projects } = rig.control
    const hello = { namespace: 'demo', name: 'hello' }
    await createNamespace(rig, 'demo', { PASSWORD: SECRET_VALUE })
    await deployed(rig, 'hello', { envs: { TOKEN: SECRET_VALUE } })
    const key = await keys.create(CONTEXT, SCOPE, keyInput('ci', [hello]))
    await keys.update(CONTEXT, SCOPE, 'ci', { description: 'used by the pipeline' })
    rig.builder.behaviour = async () => ({ kind: 'failed', message: 'no luck', log: '' })
    const update = await functions.update(CONTEXT, SCOPE, hello, { codeText: 'other' })
    await rig.control.taskEnded(update.value.id)
    await namespaces.update(CONTEXT, SCOPE, 'demo', { description: 'text' })
    await keys.delete(CONTEXT, SCOPE, 'ci')
    await functions.delete(CONTEXT, SCOPE, hello)
    await namespaces.delete(CONTEXT, SCOPE, 'demo')
    await projects.create(CONTEXT, { name: 'second', description: null })
    const token = await tokens.create(CONTEXT, OWNER, { name: 'ci' })
    await tokens.delete(CONTEXT, OWNER, token.token.id)
    return { secrets: [key.value.secret, token.secret] }
  }

  it('has who, when, what before and what after for each change', async () => {
    const before = await readCounter(rig.store.db, 'revision')
    await everyChange()
    const rows = await listAudit(rig.store.db, before)
    expect(rows.map((row) => row.action)).toEqual([
      'namespace.created',
      'function.created',
      'function.deployed',
      'key.created',
      'key.updated',
      'function.updated',
      'function.build-failed',
      'namespace.updated',
      'key.deleted',
      'function.deleted',
      'namespace.deleted',
      'project.created',
      'token.created',
      'token.deleted',
    ])
    for (const row of rows) {
      expect(row.actor).toMatchObject({ tokenId: 1, requestId: 'req_test', address: '192.0.2.7' })
      expect(row).toHaveProperty(/deleted$/.test(row.action) ? 'before' : 'after')
      if (/updated$/.test(row.action)) expect(row).toHaveProperty('before')
    }
    const updated = rows.find((row) => row.action === 'key.updated') as AuditRecord
    expect(updated).toMatchObject({
      entityName: 'ci',
      scope: SCOPE,
      before: { description: '', functions: ['demo/hello'] },
      after: { description: 'used by the pipeline', functions: ['demo/hello'] },
    })
  })

  it('holds no secret and no environment value, and no table holds a secret', async () => {
    const { secrets } = await everyChange()
    const audit = JSON.stringify(await listAudit(rig.store.db))
    const everything = `${await dump(rig.store)}${JSON.stringify(rig.logged)}`
    expect(audit).toContain('PASSWORD')
    expect(audit).not.toContain(SECRET_VALUE)
    for (const secret of secrets) expect(everything).not.toContain(secret)
  })
})

describe('projects, regions and tasks', () => {
  it('are listed with their filters, counted before paging', async () => {
    const { projects, tasks } = rig.control
    await projects.create(CONTEXT, { name: 'second', description: 'text' })
    await expect(
      projects.create(CONTEXT, { name: 'second', description: null }),
    ).rejects.toMatchObject({ code: 'name_taken' })
    const page = await projects.list({ ...NEWEST_FIRST, limit: 1 })
    expect([page.count, page.results[0]?.name]).toEqual([2, 'second'])
    expect((await projects.list({ ...NEWEST_FIRST, name: 'default' })).count).toBe(1)
    const regions = { limit: 10, offset: 0, descending: false, orderBy: 'created_at' } as const
    expect((await projects.regions({ ...regions, displayName: 'LOCAL' })).count).toBe(1)
    expect((await projects.regions({ ...regions, displayName: 'loc' })).count).toBe(0)

    await createNamespace(rig, 'one')
    rig.clock.advance(1_000)
    await rig.control.namespaces.update(CONTEXT, SCOPE, 'one', { description: 'text' })
    const all = { limit: 10, offset: 0, descending: true }
    const types = (await tasks.list(all)).results.map((task) => task.type)
    expect(types).toEqual(['update_faas_namespace', 'create_faas_namespace'])
    const count = async (query: object) => (await tasks.list({ ...all, ...query })).count
    expect(await count({ types: ['create_faas_namespace'] })).toBe(1)
    expect(await count({ states: ['NEW', 'RUNNING'] })).toBe(0)
    expect(await count({ projectIds: [2] })).toBe(0)
    expect(await count({ regionIds: [1], fromMs: rig.clock.now() })).toBe(1)
    expect(await count({ toMs: rig.clock.now() - 1 })).toBe(1)
    await expect(tasks.get('nobody')).rejects.toMatchObject({ code: 'not_found' })
  })
})
