import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeContext } from '../../src/control/requests.ts'
import {
  createNamespace,
  dump,
  keyInput,
  NEWEST_FIRST,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

interface Made {
  key: { name: string }
  secret: string
}

function context(key: string, fingerprint = 'print'): ChangeContext {
  return {
    actor: { tokenId: 1, userId: 0, name: 'tester', requestId: 'req_test', address: '' },
    idempotency: {
      key,
      fingerprint,
      render: (value) => ({ status: 200, body: { name: (value as Made).key.name } }),
    },
  }
}

const create = (name: string, key: string) =>
  rig.control.keys.create(context(key), SCOPE, keyInput(name))
const find = (key: string, fingerprint = 'print', operator = 'token:1') =>
  rig.control.idempotency.find(operator, key, fingerprint)

describe('a change with an idempotency key', () => {
  it('leaves its answer with the change, and no secret with it', async () => {
    expect(await find('a')).toBeUndefined()
    const { value } = await create('ci', 'a')
    expect(await find('a')).toEqual({ status: 200, body: { name: 'ci' } })
    expect(await find('a', 'print', 'token:2')).toBeUndefined()
    expect(await dump(rig.store)).not.toContain(value.secret)
  })

  it('refuses the key for another request', async () => {
    await create('ci', 'a')
    await expect(find('a', 'other')).rejects.toMatchObject({ code: 'idempotency_mismatch' })
  })

  it('is told that a twin got there first, and changes nothing', async () => {
    const outcomes = await Promise.allSettled([create('one', 'a'), create('two', 'a')])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'idempotency_in_progress' } })
    expect((await rig.control.keys.list(SCOPE, NEWEST_FIRST)).count).toBe(1)
  })

  it('leaves nothing behind when the change is refused', async () => {
    await create('ci', 'a')
    await expect(create('ci', 'b')).rejects.toMatchObject({ code: 'name_taken' })
    expect(await find('b')).toBeUndefined()
  })

  it('is forgotten after a day, and the key can be used again', async () => {
    await create('ci', 'a')
    rig.clock.advance(DAY_MS - 1)
    expect(await find('a')).toBeDefined()
    rig.clock.advance(1)
    expect(await find('a', 'other')).toBeUndefined()
    await create('other', 'a')
    expect(await find('a')).toEqual({ status: 200, body: { name: 'other' } })
  })
})

describe('a remembered refusal', () => {
  it('is found again, and never replaces the answer of a change', async () => {
    const { rememberRefusal } = rig.control.idempotency
    const refusal = { status: 409, body: { code: 'name_taken' } }
    await rememberRefusal('token:1', 'b', 'print', refusal)
    expect(await find('b')).toEqual(refusal)
    await create('ci', 'a')
    await rememberRefusal('token:1', 'a', 'print', refusal)
    expect((await find('a'))?.status).toBe(200)
  })
})
