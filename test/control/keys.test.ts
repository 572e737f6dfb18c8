import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import { listAudit } from '../../src/store/audit.ts'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  dump,
  keyInput,
  NEWEST_FIRST,
  type Rig,
  SCOPE,
  START_MS,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

const refusal = (code: string, fields?: readonly string[]) =>
  expect.objectContaining({
    code,
    ...(fields && { fields: fields.map((field) => expect.objectContaining({ field })) }),
  })
const create = (name: string, changes = {}) =>
  rig.control.keys.create(CONTEXT, SCOPE, { ...keyInput(name), ...changes })

describe('creating a key', () => {
  it('returns the secret once and stores its digest and hint only', async () => {
    const { value, propagation } = await create('ci')
    expect(value.key.hint).toBe(`lk_…${value.secret.slice(-4)}`)
    const text = await dump(rig.store)
    expect(text).not.toContain(value.secret)
    expect(text).toContain(keySecretDigest(value.secret))
    expect(JSON.stringify(rig.logged)).not.toContain(value.secret)
    expect(rig.nodes.announced.at(-1)).toBe(propagation.revision)
  })

  it('refuses an expiry that is not in the future, at the millisecond', async () => {
    await expect(create('late', { expireMs: START_MS })).rejects.toEqual(
      refusal('expire_in_past', ['expire']),
    )
    expect((await create('soon', { expireMs: START_MS + 1 })).value.key.expireMs).toBe(START_MS + 1)
  })

  it('refuses functions that do not exist, naming each', async () => {
    await deployed(rig, 'hello')
    const functions = [
      { namespace: 'demo', name: 'gone' },
      { namespace: 'demo', name: 'hello' },
      { namespace: 'other', name: 'hello' },
    ]
    const refused = await create('ci', { functions }).catch((error) => error)
    expect(refused).toEqual(refusal('unknown_functions', ['functions.0', 'functions.2']))
    expect(refused.message).toContain('demo/gone, other/hello')
    await expect(rig.control.keys.get(SCOPE, 'ci')).rejects.toEqual(refusal('not_found'))
  })

  it('counts a function that is named twice once', async () => {
    await deployed(rig, 'hello')
    const hello = { namespace: 'demo', name: 'hello' }
    const { value } = await create('ci', { functions: [hello, hello] })
    expect(value.key.functions).toMatchObject([hello])
  })

  it('gives a name to one of many that ask for it at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => create('same')))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(19)
    for (const { reason } of refused) expect(reason).toEqual(refusal('name_taken', ['name']))
    expect((await rig.control.keys.list(SCOPE, NEWEST_FIRST)).count).toBe(1)
  })

  it('refuses an unknown project or region', async () => {
    for (const scope of [
      { projectId: 9, regionId: 1 },
      { projectId: 1, regionId: 9 },
    ]) {
      await expect(rig.control.keys.create(CONTEXT, scope, keyInput('ci'))).rejects.toEqual(
        refusal('not_found'),
      )
      await expect(rig.control.keys.list(scope, NEWEST_FIRST)).rejects.toEqual(refusal('not_found'))
    }
  })
})

describe('changing a key', () => {
  it('leaves absent members as they are, and `null` means that it never expires', async () => {
    await deployed(rig, 'hello')
    const functions = [{ namespace: 'demo', name: 'hello' }]
    await create('ci', { functions, expireMs: START_MS + 1, description: 'first' })
    rig.clock.advance(5)
    const update = (patch: object) => rig.control.keys.update(CONTEXT, SCOPE, 'ci', patch)
    const { value } = await update({ description: 'second' })
    expect(value).toMatchObject({
      description: 'second',
      expireMs: START_MS + 1,
      functions,
      updatedAtMs: START_MS + 5,
    })
    await expect(update({ expireMs: START_MS })).rejects.toEqual(refusal('expire_in_past'))
    expect((await update({ expireMs: null })).value.expireMs).toBeNull()
    expect((await update({ functions: [] })).value.functions).toEqual([])
    await expect(rig.control.keys.update(CONTEXT, SCOPE, 'nobody', {})).rejects.toEqual(
      refusal('not_found'),
    )
  })

  it('is one relation seen from both sides', async () => {
    await deployed(rig, 'hello')
    const hello = { namespace: 'demo', name: 'hello' }
    await create('a')
    await create('b', { functions: [hello] })
    const keysOfHello = async () => (await rig.control.functions.get(SCOPE, hello)).fn.keys
    expect(await keysOfHello()).toEqual(['b'])
    await rig.control.functions.update(CONTEXT, SCOPE, hello, { keys: ['a', 'a'] })
    expect(await keysOfHello()).toEqual(['a'])
    expect((await rig.control.keys.get(SCOPE, 'a')).functions).toMatchObject([hello])
    expect((await rig.control.keys.get(SCOPE, 'b')).functions).toEqual([])
    await rig.control.keys.delete(CONTEXT, SCOPE, 'a')
    expect(await keysOfHello()).toEqual([])
  })

  it('answers a deletion when the nodes have applied it, and names those that lag in answer and audit', async () => {
    await create('ci')
    let stillThere: boolean | undefined
    rig.nodes.onApplied = async () => {
      const { keys } = await wholeSnapshot(feedSource(rig.store))
      stillThere = keys.some((key) => key.name === 'ci')
    }
    rig.nodes.laggards = ['node-b']
    const { propagation, value } = await rig.control.keys.delete(CONTEXT, SCOPE, 'ci')
    expect(value).toMatchObject({ name: 'ci', lastUse: null })
    expect(stillThere).toBe(false)
    expect(propagation.laggards).toEqual(['node-b'])
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({
      action: 'key.deleted',
      revision: propagation.revision,
      laggards: ['node-b'],
      actor: CONTEXT.actor,
      atMs: START_MS,
    })
  })
})

describe('listing keys', () => {
  beforeEach(async () => {
    await create('web', { expireMs: START_MS + 2 * DAY_MS })
    await create('app-one', { expireMs: START_MS + DAY_MS })
    await create('app-two')
    await create('app-three', { expireMs: START_MS + 1 })
  })

  const names = async (query: object) => {
    const page = await rig.control.keys.list(SCOPE, { ...NEWEST_FIRST, ...query })
    return [page.count, page.results.map((key) => key.name)]
  }
  const order = (field: string, descending: boolean) => ({ orderBy: { field, descending } })

  it('searches a substring and counts before paging', async () => {
    expect(await names({ search: 'app', limit: 1, offset: 1 })).toEqual([3, ['app-two']])
    expect(await names({ search: '_' })).toEqual([0, []])
    expect(await names({ search: '%' })).toEqual([0, []])
  })

  it('orders by creation also within a millisecond, by name, and by expiry with never at the far end', async () => {
    expect(await names({})).toEqual([4, ['app-three', 'app-two', 'app-one', 'web']])
    expect((await names(order('name', false)))[1]).toEqual([
      'app-one',
      'app-three',
      'app-two',
      'web',
    ])
    const byExpiry = ['app-three', 'app-one', 'web', 'app-two']
    expect((await names(order('expire', false)))[1]).toEqual(byExpiry)
    expect((await names(order('expire', true)))[1]).toEqual(byExpiry.toReversed())
  })

  it('finds keys that expire within days: not those that have, not those that never do', async () => {
    rig.clock.advance(1)
    expect(await names({ expireInDays: 1, ...order('name', false) })).toEqual([1, ['app-one']])
    expect(await names({ expireInDays: 2, ...order('name', false) })).toEqual([
      2,
      ['app-one', 'web'],
    ])
  })
})
