import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../src/store/audit.ts'
import { findKey } from '../../src/store/keys.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  keyInput,
  NEWEST_FIRST,
  type Rig,
  SCOPE,
  START_MS,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
const HELLO = { namespace: 'demo', name: 'hello' }
const BYE = { namespace: 'demo', name: 'bye' }
const UNLIMITED = { methods: [], paths: [] }
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

const refusal = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { fields: [expect.objectContaining({ field })] }),
  })
const create = async (name: string, changes = {}) =>
  (await rig.control.keys.create(CONTEXT, SCOPE, { ...keyInput(name), ...changes })).value.key
const update = async (name: string, patch: object) =>
  (await rig.control.keys.update(CONTEXT, SCOPE, name, patch)).value
const policy = (patch: object) => rig.control.keySettings.update(CONTEXT, 1, patch)
const audited = async (since = 0) => (await listAudit(rig.store.db, since)).map((row) => row.action)
const lastRevision = async () => (await listAudit(rig.store.db)).at(-1)!.revision!
const events = async () =>
  (await rig.store.db.selectFrom('events').select('type').orderBy('id').execute()).map(
    ({ type }) => type,
  )

describe('a renamed key', () => {
  it('keeps its id, its grants and its history', async () => {
    await deployed(rig, 'hello')
    const { id } = await create('before', { functions: [HELLO] })
    const renamed = await update('before', { name: 'after' })
    expect(renamed).toMatchObject({ id, name: 'after', functions: [HELLO] })
    await expect(rig.control.keys.get(SCOPE, 'before')).rejects.toEqual(refusal('not_found'))
    expect((await rig.control.functions.get(SCOPE, HELLO)).fn.keys).toEqual(['after'])
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({
      action: 'key.updated',
      entityId: id,
      entityName: 'after',
      before: { name: 'before' },
      after: { name: 'after' },
    })
    await create('before')
  })

  it('takes no name that another has, and its own as no news', async () => {
    await create('one')
    await create('two')
    await expect(update('one', { name: 'two' })).rejects.toEqual(refusal('name_taken', 'name'))
    expect((await update('one', { name: 'one' })).name).toBe('one')
  })
})

describe('the times of a key', () => {
  it('are refused when they leave no time between them, together with what is there', async () => {
    const from = START_MS + DAY_MS
    await expect(create('none', { notBeforeMs: from, expireMs: from })).rejects.toEqual(
      refusal('invalid_body', 'not_before'),
    )
    await create('later', { notBeforeMs: from, expireMs: from + 1 })
    await expect(update('later', { notBeforeMs: from + 1 })).rejects.toEqual(
      refusal('invalid_body', 'not_before'),
    )
    await expect(update('later', { expireMs: from })).rejects.toEqual(
      refusal('invalid_body', 'not_before'),
    )
    expect((await update('later', { notBeforeMs: null })).notBeforeMs).toBeNull()
  })

  it('let an expired key be renewed, and be changed otherwise with its old expiry sent along', async () => {
    await create('old', { expireMs: START_MS + 1 })
    rig.clock.advance(5)
    expect(await update('old', { expireMs: START_MS + 1, description: 'x' })).toMatchObject({
      expireMs: START_MS + 1,
      description: 'x',
    })
    await expect(update('old', { expireMs: START_MS + 2 })).rejects.toEqual(
      refusal('expire_in_past', 'expire'),
    )
    expect((await update('old', { expireMs: START_MS + DAY_MS })).expireMs).toBe(START_MS + DAY_MS)
  })
})

describe("a project's policy", () => {
  it('is asked when a key is created or given another expiry, and leaves the others as they are', async () => {
    await create('endless')
    expect(await policy({ keyLifeDaysMax: 30 })).toMatchObject({
      keyLifeDaysMax: 30,
      keysMustExpire: false,
      noticeDays: [30, 14, 7, 1],
    })
    await expect(create('second')).rejects.toEqual(refusal('key_policy', 'expire'))
    await expect(create('third', { expireMs: START_MS + 31 * DAY_MS })).rejects.toEqual(
      refusal('key_policy', 'expire'),
    )
    await create('fine', { expireMs: START_MS + 30 * DAY_MS })
    expect(
      (await update('endless', { description: 'goes on', expireMs: null })).expireMs,
    ).toBeNull()
    await expect(update('endless', { expireMs: START_MS + 40 * DAY_MS })).rejects.toEqual(
      refusal('key_policy'),
    )
    await expect(update('fine', { expireMs: null })).rejects.toEqual(refusal('key_policy'))
    rig.clock.advance(29 * DAY_MS)
    await update('fine', { expireMs: START_MS + 59 * DAY_MS })
  })

  it('keeps nobody from a new secret, which may be needed at once', async () => {
    await create('endless')
    await policy({ keysMustExpire: true })
    const ask = { graceSeconds: 0, hardEndMs: null, replaces: false }
    const { value } = await rig.control.keyRotations.rotate(CONTEXT, SCOPE, 'endless', ask)
    expect(value.key).toMatchObject({ expireMs: null, rotation: { graceSeconds: 0 } })
  })

  it('is changed in a change with its audit row, each project for itself', async () => {
    const since = await lastRevision()
    const changed = await policy({ noticeDays: [1, 60, 7, 7], noticeEmails: ['a@b', 'a@b'] })
    expect(changed).toMatchObject({ noticeDays: [60, 7, 1], noticeEmails: ['a@b'] })
    expect(await rig.control.keySettings.get(1)).toEqual(changed)
    expect((await listAudit(rig.store.db, since)).at(-1)).toMatchObject({
      action: 'project.updated',
      entityId: '1',
      before: { notice_days: [30, 14, 7, 1] },
      after: { notice_days: [60, 7, 1] },
    })
    const other = { name: 'other', description: null }
    const { id } = await rig.control.projects.create(CONTEXT, other)
    expect(await rig.control.keySettings.get(id)).toMatchObject({ noticeDays: [30, 14, 7, 1] })
    await expect(rig.control.keySettings.get(9)).rejects.toEqual(refusal('not_found'))
    await expect(rig.control.keySettings.update(CONTEXT, 9, {})).rejects.toEqual(
      refusal('not_found'),
    )
  })
})

describe('switching a key off and on', () => {
  it('is a change of its own in audit and events, and no news the second time', async () => {
    await create('ci')
    const since = await lastRevision()
    expect((await update('ci', { disabled: true })).disabledAtMs).toBe(START_MS)
    rig.clock.advance(7)
    expect((await update('ci', { disabled: true })).disabledAtMs).toBe(START_MS)
    expect((await update('ci', { disabled: false })).disabledAtMs).toBeNull()
    expect(await audited(since)).toEqual(['key.disabled', 'key.updated', 'key.enabled'])
    expect(await events()).toEqual(['key.created', 'key.disabled', 'key.enabled'])
  })

  it('is told apart from what else the same change does', async () => {
    await create('ci')
    const since = await lastRevision()
    await update('ci', { disabled: true, description: 'off' })
    expect(await listAudit(rig.store.db, since)).toMatchObject([
      {
        action: 'key.updated',
        before: { description: '', disabled: false },
        after: { description: 'off', disabled: false },
      },
      {
        action: 'key.disabled',
        before: { description: 'off', disabled: false },
        after: { disabled: true },
      },
    ])
  })

  it('can be how a key begins', async () => {
    expect((await create('off', { disabled: true })).disabledAtMs).toBe(START_MS)
  })
})

describe('grants', () => {
  beforeEach(async () => {
    await deployed(rig, 'hello')
    await deployed(rig, 'bye')
  })

  it('open functions and namespaces, wholly or in part', async () => {
    const key = await create('ci', {
      functions: [{ ...HELLO, methods: ['get', 'post'], paths: ['/orders/'] }, BYE],
      namespaces: [{ namespace: 'demo', methods: ['GET'] }],
    })
    expect(key.functions).toEqual([
      { ...BYE, ...UNLIMITED },
      { ...HELLO, methods: ['GET', 'POST'], paths: ['/orders'] },
    ])
    expect(key.namespaces).toEqual([{ namespace: 'demo', methods: ['GET'], paths: [] }])
    const { fn } = await rig.control.functions.get(SCOPE, HELLO)
    expect(fn).toMatchObject({ keys: ['ci'], namespaceKeys: ['ci'] })
    expect((await deployed(rig, 'later')).state).toBe('FINISHED')
    const later = await rig.control.functions.get(SCOPE, { namespace: 'demo', name: 'later' })
    expect(later.fn).toMatchObject({ keys: [], namespaceKeys: ['ci'] })
  })

  it('stay as they are unless their own list is given, which replaces it with its limits', async () => {
    const limited = { ...HELLO, methods: ['GET'], paths: ['/a'] }
    await create('ci', { functions: [limited], namespaces: [{ namespace: 'demo' }] })
    expect((await update('ci', { description: 'x' })).functions).toEqual([limited])
    expect(await update('ci', { functions: [HELLO] })).toMatchObject({
      functions: [{ ...HELLO, ...UNLIMITED }],
      namespaces: [{ namespace: 'demo' }],
    })
    expect(await update('ci', { namespaces: [] })).toMatchObject({
      functions: [HELLO],
      namespaces: [],
    })
  })

  it('keep their limits when the function is given other keys beside', async () => {
    const limited = { ...HELLO, methods: ['GET'], paths: ['/a'] }
    await create('limited', { functions: [limited] })
    await create('other')
    const patch = { keys: ['limited', 'other'] }
    await rig.control.functions.update(CONTEXT, SCOPE, HELLO, patch)
    expect((await rig.control.keys.get(SCOPE, 'limited')).functions).toEqual([limited])
    expect((await rig.control.keys.get(SCOPE, 'other')).functions).toEqual([
      { ...HELLO, ...UNLIMITED },
    ])
  })

  it('are refused by name where there is nothing to open, and where they say two things', async () => {
    await expect(
      create('ci', { namespaces: [{ namespace: 'demo' }, { namespace: 'gone' }] }),
    ).rejects.toEqual(refusal('unknown_namespaces', 'namespaces.1'))
    const twice = [HELLO, { ...HELLO, methods: ['GET'] }]
    await expect(create('ci', { functions: twice })).rejects.toEqual(
      refusal('invalid_body', 'functions.1'),
    )
    const same = [
      { ...HELLO, methods: ['get'] },
      { ...HELLO, methods: ['GET'], paths: [] },
    ]
    expect((await create('ci', { functions: same })).functions).toHaveLength(1)
    await expect(create('second', { functions: [{ ...HELLO, paths: ['/../x'] }] })).rejects.toEqual(
      refusal('invalid_body', 'functions.0.paths.0'),
    )
  })

  it('of functions and of namespaces have 2,000 methods and paths together, also when one list is given later', async () => {
    const numbered = (text: string) => Array.from({ length: 32 }, (_, i) => `${text}${i}`)
    const many = { methods: numbered('M'), paths: numbered('/') }
    const namespaces = numbered('many-').slice(1)
    for (const name of namespaces) await createNamespace(rig, name)
    const limited = namespaces.map((namespace) => ({ namespace, ...many }))
    const functions = [{ ...HELLO, ...many }]
    await expect(create('both', { functions, namespaces: limited })).rejects.toEqual(
      refusal('invalid_body', 'namespaces'),
    )
    const key = await create('wide', { namespaces: limited })
    await expect(update('wide', { functions })).rejects.toEqual(
      refusal('invalid_body', 'functions'),
    )
    expect(await findKey(rig.store.db, SCOPE, 'wide')).toEqual(key)
    await update('wide', { functions, namespaces: limited.slice(1) })
  })

  it('go with what they open, and the nodes are told of the keys', async () => {
    const { id } = await create('ci', { namespaces: [{ namespace: 'demo' }] })
    const { propagation } = await rig.control.namespaces.delete(CONTEXT, SCOPE, 'demo')
    const key = await rig.control.keys.get(SCOPE, 'ci')
    expect(key).toMatchObject({ namespaces: [], changedRevision: propagation.revision })
    const touched = await rig.store.db
      .selectFrom('changes')
      .select('entity_id')
      .where('revision', '=', propagation.revision)
      .where('entity_kind', '=', 'key')
      .execute()
    expect(touched).toEqual([{ entity_id: id }])
  })
})

describe('finding keys', () => {
  const names = async (query: object) => {
    const orderBy = { field: 'name', descending: false } as const
    const page = await rig.control.keys.list(SCOPE, { ...NEWEST_FIRST, orderBy, ...query })
    return [page.count, page.results.map((key) => key.name)]
  }

  it('by labels, all of them, with their values where given', async () => {
    await create('aa', { labels: { env: 'prod', team: 'pay' } })
    await create('bb', { labels: { env: 'prod-2', pay: 'env' } })
    await create('cc', { labels: { env: '' } })
    await create('dd', { labels: { 'x.env': 'prod' } })
    expect(await names({ labels: [{ name: 'env' }] })).toEqual([3, ['aa', 'bb', 'cc']])
    expect(await names({ labels: [{ name: 'env', value: 'prod' }] })).toEqual([1, ['aa']])
    expect(await names({ labels: [{ name: 'env', value: '' }] })).toEqual([1, ['cc']])
    expect(await names({ labels: [{ name: 'prod' }] })).toEqual([0, []])
    const both = [{ name: 'env' }, { name: 'team', value: 'pay' }]
    expect(await names({ labels: both })).toEqual([1, ['aa']])
    await update('aa', { labels: {} })
    expect(await names({ labels: both })).toEqual([0, []])
  })

  it('by status, as each is at that moment', async () => {
    await create('plain')
    await create('soon', { notBeforeMs: START_MS + 10 })
    await create('brief', { expireMs: START_MS + 10 })
    await create('off', { disabled: true })
    await create('off-and-brief', { disabled: true, expireMs: START_MS + 10 })
    const byStatus = async () => [
      (await names({ status: 'Active' }))[1],
      (await names({ status: 'Scheduled' }))[1],
      (await names({ status: 'Disabled' }))[1],
      (await names({ status: 'Expired' }))[1],
    ]
    expect(await byStatus()).toEqual([['brief', 'plain'], ['soon'], ['off', 'off-and-brief'], []])
    rig.clock.advance(10)
    expect(await byStatus()).toEqual([['plain', 'soon'], [], ['off'], ['brief', 'off-and-brief']])
  })

  it('by the function that they open, by name or with its namespace, and page through them', async () => {
    await deployed(rig, 'hello')
    await deployed(rig, 'bye')
    await create('by-name', { functions: [HELLO] })
    await create('in-part', { functions: [{ ...HELLO, methods: ['GET'] }] })
    await create('by-namespace', { namespaces: [{ namespace: 'demo' }] })
    await create('both', { functions: [HELLO], namespaces: [{ namespace: 'demo' }] })
    await create('other', { functions: [BYE] })
    expect(await names({ opens: HELLO })).toEqual([
      4,
      ['both', 'by-name', 'by-namespace', 'in-part'],
    ])
    expect(await names({ opens: HELLO, limit: 1, offset: 1 })).toEqual([4, ['by-name']])
    expect((await names({ opens: BYE }))[1]).toEqual(['both', 'by-namespace', 'other'])
    await expect(names({ opens: { namespace: 'demo', name: 'gone' } })).rejects.toEqual(
      refusal('not_found'),
    )
  })

  it('by id, and in the order of their last use', async () => {
    const { id } = await create('used')
    await create('never')
    await create('before')
    for (const [name, atMs] of [
      ['used', START_MS + 9],
      ['before', START_MS + 5],
    ] as const) {
      await rig.store.db
        .updateTable('keys')
        .set({ last_used_at_ms: atMs })
        .where('name', '=', name)
        .execute()
    }
    expect(await names({ id })).toEqual([1, ['used']])
    const byUse = (descending: boolean) => names({ orderBy: { field: 'last_used_at', descending } })
    expect((await byUse(true))[1]).toEqual(['used', 'before', 'never'])
    expect((await byUse(false))[1]).toEqual(['never', 'before', 'used'])
    expect((await findKey(rig.store.db, SCOPE, 'used'))?.lastUse?.atMs).toBe(START_MS + 9)
  })
})
