import { beforeEach, describe, expect, it } from 'vitest'
import type { KeyReviewAsk } from '../../src/control/key-reviews.ts'
import { findingText } from '../../src/domain/key-review.ts'
import { deliverUsage } from '../helpers/usage.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  keyInput,
  type Rig,
  SCOPE,
  START_MS,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
const price = { namespace: 'shop', name: 'price' }
const order = { namespace: 'shop', name: 'order' }

let rig: Rig
const functionIds = new Map<string, string>()

beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig, 'shop')
  await createNamespace(rig, 'other')
  for (const [namespace, name] of [
    ['shop', 'price'],
    ['shop', 'order'],
    ['other', 'rest'],
  ] as const) {
    await deployed(rig, name, {}, namespace)
    const { fn } = await rig.control.functions.get(SCOPE, { namespace, name })
    functionIds.set(`${namespace}/${name}`, fn.id)
  }
  return () => rig.close()
})

const EXPIRE_MS = START_MS + 1000 * DAY_MS

async function key(name: string, input: object = {}): Promise<string> {
  const expireMs = EXPIRE_MS
  const { value } = await rig.control.keys.create(CONTEXT, SCOPE, {
    ...{ ...keyInput(name, [price]), expireMs, ...input },
  })
  return value.key.id
}

/** At the clock's time. */
async function use(keyId: string, name: string, count = 1): Promise<void> {
  const one = { keyId, functionId: functionIds.get(name)!, atMs: rig.clock.now() }
  await deliverUsage(rig.store, {
    lastUse: { ...one, address: '192.0.2.7' },
    rows: [{ ...one, counts: { allowed: count, status_2xx: count } }],
  })
}

async function refuse(keyId: string, name: string): Promise<void> {
  const one = { keyId, functionId: functionIds.get(name)!, atMs: rig.clock.now() }
  await deliverUsage(rig.store, { rows: [{ ...one, counts: { not_permitted: 1, status_4xx: 1 } }] })
}

async function review(ask: Partial<KeyReviewAsk> = {}) {
  const page = { limit: 100, offset: 0, byName: false, days: 90, secretDays: 365 }
  return await rig.control.keyReviews.list(SCOPE, { ...page, ...ask })
}

/** `name: kind kind`, in the order of the answer. */
async function found(ask: Partial<KeyReviewAsk> = {}): Promise<string[]> {
  const { results } = await review(ask)
  return results.map(
    ({ key, findings }) => `${key.name}: ${findings.map(({ kind }) => kind).join(' ')}`,
  )
}
async function texts(name: string): Promise<string[]> {
  const { results } = await review()
  const one = results.find(({ key }) => key.name === name)
  return one === undefined ? [] : one.findings.map(findingText)
}

describe('a review of keys', () => {
  it('finds nothing of keys that are new, or are used for all that they open', async () => {
    const used = await key('used')
    await key('new')
    rig.clock.advance(89 * DAY_MS)
    await use(used, 'shop/price')
    expect(await found()).toEqual([])
    expect(await review()).toMatchObject({
      ...{ count: 0, days: 90, ended: { disabled: 0, expired: 0 } },
    })
  })

  it('finds keys that were never used, and not used for so long, the longest ago first', async () => {
    await key('never')
    const [late, early] = [await key('late'), await key('early')]
    await use(early, 'shop/price')
    rig.clock.advance(2 * DAY_MS)
    await use(late, 'shop/price')
    rig.clock.advance(93 * DAY_MS)
    expect(await found()).toEqual(['never: never_used', 'early: unused', 'late: unused'])
    expect(await texts('never')).toEqual(['It was never used, and could be since 2026-08-22.'])
    expect(await texts('late')).toEqual(['It was last used on 2026-08-24.'])
    expect(await found({ days: 95 })).toEqual([])
    expect(await found({ days: 94 })).toEqual(['never: never_used', 'early: unused'])
    expect(await found({ kinds: ['unused'], limit: 1, offset: 1 })).toEqual(['late: unused'])
    expect(await review({ limit: 1, offset: 7 })).toMatchObject({ count: 3, results: [] })
    expect(await found({ byName: true })).toEqual([
      ...['early: unused', 'late: unused', 'never: never_used'],
    ])
  })

  it('waits with a key until its time has come', async () => {
    await key('later', { notBeforeMs: START_MS + 50 * DAY_MS })
    rig.clock.advance(100 * DAY_MS)
    expect(await found()).toEqual([])
    rig.clock.advance(60 * DAY_MS)
    expect(await found()).toEqual(['later: never_used'])
  })

  it('finds functions that a key may call and did not: a refused call is none', async () => {
    const id = await key('wide', { functions: [price, order] })
    await use(id, 'shop/order')
    rig.clock.advance(100 * DAY_MS)
    await use(id, 'shop/price')
    await refuse(id, 'shop/order')
    expect(await found()).toEqual(['wide: unused_function'])
    expect(await texts('wide')).toEqual(['It may call shop/order, and last did on 2026-08-22.'])
    await use(id, 'shop/order')
    expect(await found()).toEqual([])
  })

  it('finds namespaces of which nothing was called, or not everything', async () => {
    const id = await key('all', {
      functions: [],
      namespaces: [{ namespace: 'shop' }, { namespace: 'other' }],
    })
    rig.clock.advance(100 * DAY_MS)
    await use(id, 'shop/price')
    expect(await found()).toEqual(['all: unused_namespace broad_namespace'])
    expect(await texts('all')).toEqual([
      'It may call all functions of other, and never did.',
      'It may call all 2 functions of shop, and called 1: shop/price.',
    ])
    await use(id, 'shop/order')
    await use(id, 'other/rest')
    // What came lately has had no time to be called.
    await deployed(rig, 'newest', {}, 'shop')
    expect(await found()).toEqual([])
  })

  it('finds no fault with what was given lately, from either side, or with a key that was brought back', async () => {
    const id = await key('lately')
    const rest = { namespace: 'other', name: 'rest' }
    await use(id, 'shop/price')
    rig.clock.advance(100 * DAY_MS)
    await use(id, 'shop/price')
    const { keys, functions } = rig.control
    await keys.update(CONTEXT, SCOPE, 'lately', { functions: [price, order] })
    await functions.update(CONTEXT, SCOPE, rest, { keys: ['lately'] })
    expect(await found()).toEqual([])
    await keys.update(CONTEXT, SCOPE, 'lately', {
      functions: [],
      namespaces: [{ namespace: 'shop' }, { namespace: 'other' }],
    })
    expect(await found()).toEqual([])
    rig.clock.advance(91 * DAY_MS)
    await use(id, 'shop/price')
    expect(await found()).toEqual(['lately: unused_namespace broad_namespace'])
  })

  it('finds keys without an end, without a function, and with an old secret', async () => {
    const id = await key('endless', { expireMs: null, functions: [] })
    expect(await found()).toEqual(['endless: opens_nothing never_expires'])
    await rig.control.keys.delete(CONTEXT, SCOPE, 'endless')
    const old = await key('old')
    rig.clock.advance(366 * DAY_MS)
    await use(old, 'shop/price')
    expect(await found()).toEqual(['old: old_secret'])
    expect(await texts('old')).toEqual(['It has had its secret since 2026-08-22.'])
    expect(await found({ secretDays: 400 })).toEqual([])
    expect(id).not.toBe(old)
  })

  it('takes the end of a rotation for the beginning of a secret', async () => {
    const id = await key('old')
    rig.clock.advance(366 * DAY_MS)
    await use(id, 'shop/price')
    await rig.control.keyRotations.rotate(CONTEXT, SCOPE, 'old', {
      graceSeconds: 60,
      hardEndMs: null,
      replaces: false,
    })
    expect(await found()).toEqual([])
    await rig.control.keyRotations.finish(CONTEXT, SCOPE, 'old')
    expect(await found()).toEqual([])
    rig.clock.advance(366 * DAY_MS)
    await use(id, 'shop/price')
    expect(await found()).toEqual(['old: old_secret'])
  })

  it('counts keys that do not work, and looks at them only when asked', async () => {
    await key('off')
    await key('gone', { expireMs: START_MS + DAY_MS })
    await rig.control.keys.update(CONTEXT, SCOPE, 'off', { disabled: true })
    rig.clock.advance(200 * DAY_MS)
    expect(await review()).toMatchObject({ count: 0, ended: { disabled: 1, expired: 1 } })
    expect(await found({ kinds: ['disabled', 'expired'] })).toEqual([
      ...['off: disabled', 'gone: expired'],
    ])
  })

  it('is of one project and region', async () => {
    await key('never')
    rig.clock.advance(100 * DAY_MS)
    const second = await rig.control.projects.create(CONTEXT, { name: 'p', description: null })
    const other = { projectId: second.id, regionId: 1 }
    const ask = { limit: 10, offset: 0, byName: false, days: 90, secretDays: 365 }
    expect(await rig.control.keyReviews.list(other, ask)).toMatchObject({ count: 0 })
    await expect(
      rig.control.keyReviews.list({ projectId: 99, regionId: 1 }, ask),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})
