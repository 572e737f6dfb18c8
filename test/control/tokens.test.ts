import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureSettingsToken } from '../../src/control/settings-token.ts'
import type { PresentedToken } from '../../src/domain/token.ts'
import { listAudit } from '../../src/store/audit.ts'
import { CONTEXT, dump, OWNER, type Rig, startRig } from './harness.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const ids = async () => (await rig.control.tokens.list(OWNER)).map((token) => token.id)
const known = async (token: PresentedToken) => {
  const found = await rig.control.principals.find({ kind: 'token', token })
  return found.kind === 'known' ? found.principal : undefined
}
const actions = async () => (await listAudit(rig.store.db)).map((row) => row.action)

describe('API tokens', () => {
  it('authenticate with their own secret only', async () => {
    const { token, secret } = await rig.control.tokens.create(CONTEXT, OWNER, { name: 'ci' })
    expect(await known({ id: token.id, secret })).toMatchObject({ id: token.id, name: 'ci' })
    expect(await known({ id: token.id, secret: `${secret}x` })).toBeUndefined()
    expect(await known({ id: 1, secret })).toBeUndefined()
    expect(await known({ id: 999, secret })).toBeUndefined()
    expect(await dump(rig.store)).not.toContain(secret)
  })

  it('never get an id again, and a name only once at a time', async () => {
    const { token } = await rig.control.tokens.create(CONTEXT, OWNER, { name: 'ci' })
    await expect(rig.control.tokens.create(CONTEXT, OWNER, { name: 'ci' })).rejects.toMatchObject({
      code: 'name_taken',
    })
    await rig.control.tokens.delete(CONTEXT, OWNER, token.id)
    const again = await rig.control.tokens.create(CONTEXT, OWNER, { name: 'ci' })
    expect(again.token.id).toBeGreaterThan(token.id)
  })

  it('may delete themselves, but the last one stays', async () => {
    const { token } = await rig.control.tokens.create(CONTEXT, OWNER, { name: 'ci' })
    const own = { actor: { ...CONTEXT.actor, tokenId: token.id } }
    await rig.control.tokens.delete(own, OWNER, token.id)
    await expect(rig.control.tokens.delete(CONTEXT, OWNER, 1)).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(rig.control.tokens.delete(CONTEXT, OWNER, 77)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await ids()).toEqual([1])
  })
})

describe('the token of the settings', () => {
  const presented = { id: 900, secret: 'a-secret-of-the-operator' }

  it('comes, changes and goes with the setting, and not otherwise', async () => {
    expect(await ensureSettingsToken(rig.store, presented)).toEqual({ kind: 'ok' })
    expect(await known(presented)).toMatchObject({ id: 900, name: 'LATCHKEY_ADMIN_TOKEN' })
    const after = await actions()
    await ensureSettingsToken(rig.store, presented)
    expect(await actions()).toEqual(after)

    const other = { id: 901, secret: 'another-secret-entirely' }
    await ensureSettingsToken(rig.store, other)
    expect(await known(presented)).toBeUndefined()
    expect(await known(other)).toMatchObject({ id: 901 })
    expect(await dump(rig.store)).not.toContain(other.secret)

    await ensureSettingsToken(rig.store, undefined)
    expect(await known(other)).toBeUndefined()
    expect(await ids()).toEqual([1])
  })

  it('cannot take the id of another token, nor be deleted over the API', async () => {
    expect(await ensureSettingsToken(rig.store, { ...presented, id: 1 })).toEqual({
      kind: 'id-taken',
      id: 1,
    })
    await ensureSettingsToken(rig.store, presented)
    await expect(rig.control.tokens.delete(CONTEXT, OWNER, 900)).rejects.toThrow(
      'LATCHKEY_ADMIN_TOKEN',
    )
  })

  it('does not push new ids away, nor is its id given out', async () => {
    await ensureSettingsToken(rig.store, { ...presented, id: 2 })
    expect((await rig.control.tokens.create(CONTEXT, OWNER, { name: 'next' })).token.id).toBe(3)
    await ensureSettingsToken(rig.store, { ...presented, id: 999_999_999_999_999 })
    expect((await rig.control.tokens.create(CONTEXT, OWNER, { name: 'then' })).token.id).toBe(4)
  })
})

describe('who makes a token', () => {
  it('must be there still when it is made', async () => {
    const { token } = await rig.control.tokens.create(CONTEXT, OWNER, { name: 'leaked' })
    const leaked = { ...OWNER, id: token.id }
    await rig.control.tokens.delete(CONTEXT, OWNER, token.id)
    const refusal = { code: 'unauthorized' }
    await expect(
      rig.control.tokens.create(CONTEXT, leaked, { name: 'heir' }),
    ).rejects.toMatchObject(refusal)
    const { id } = await rig.control.users.create(CONTEXT, {
      email: 'ada@example.com',
      name: '',
      password: 'correct horse battery',
      role: 'owner',
    })
    const ada = { ...OWNER, kind: 'user', id, userId: id, email: 'ada@example.com' } as const
    await rig.control.tokens.create(CONTEXT, ada, { name: 'hers' })
    await rig.control.users.update(CONTEXT, id, { isDisabled: true })
    await expect(
      rig.control.tokens.create(CONTEXT, ada, { name: 'another' }),
    ).rejects.toMatchObject(refusal)
    await rig.control.users.delete(CONTEXT, id)
    await expect(
      rig.control.tokens.create(CONTEXT, ada, { name: 'another' }),
    ).rejects.toMatchObject(refusal)
    expect(await ids()).toEqual([1])
  })
})
