import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ARGON2, HAS_ARGON2, SCRYPT } from '../../src/lib/password-hash.ts'
import { CONTEXT, dump, type Rig, startRig } from './harness.ts'

const EMAIL = 'ada@example.com'
const PASSWORD = 'correct horse battery'
const FROM = { requestId: 'req_test', address: '192.0.2.7', agent: '', secret: undefined }

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await rig.control.users.create(CONTEXT, {
    email: EMAIL,
    name: 'Ada',
    password: PASSWORD,
    role: 'owner',
  })
})
afterEach(() => rig.close())

const logIn = (password: string, { control }: Rig = rig) =>
  control.sessions.logIn({ kind: 'password', email: EMAIL, password }, FROM)
const stored = async () => {
  const row = await rig.store.db.selectFrom('users').select('password').executeTakeFirstOrThrow()
  return row.password
}

describe('failed log-ins', () => {
  it('are remembered by the next start, and by a second process', async () => {
    for (let i = 0; i < 5; i++) {
      await expect(logIn('wrong')).rejects.toMatchObject({ code: 'unauthorized' })
    }
    const second = await rig.again()
    await expect(logIn(PASSWORD, second)).rejects.toMatchObject({ code: 'too_many_log_ins' })
    rig.clock.advance(15_000)
    await logIn(PASSWORD, second)
    await logIn(PASSWORD)
  })

  it('are forgotten after a day', async () => {
    for (let i = 0; i < 4; i++) await expect(logIn('wrong')).rejects.toThrow('wrong')
    rig.clock.advance(24 * 60 * 60 * 1000)
    for (let i = 0; i < 5; i++) await expect(logIn('wrong')).rejects.toThrow('wrong')
    await expect(logIn('wrong')).rejects.toMatchObject({ code: 'too_many_log_ins' })
    expect(await rig.store.db.selectFrom('log_in_limits').selectAll().execute()).toHaveLength(2)
  })
})

describe('a password', () => {
  it('and what a session is opened with are nowhere in the store', async () => {
    const { secret } = await logIn(PASSWORD)
    await expect(logIn('wrong canary password')).rejects.toThrow('wrong')
    const content = await dump(rig.store)
    for (const one of [PASSWORD, secret, 'canary']) expect(content).not.toContain(one)
  })

  it('is hashed anew at a log-in once it is hashed with other parameters', async () => {
    const first = await stored()
    const cheap = HAS_ARGON2
      ? { ...ARGON2, memoryKib: 8192, passes: 1 }
      : { ...SCRYPT, costLog2: 12 }
    const later = await rig.again({ passwordHashing: cheap })
    await logIn(PASSWORD, later)
    const second = await stored()
    expect(second).not.toBe(first)
    await expect(logIn('wrong', later)).rejects.toThrow('wrong')
    expect(await stored()).toBe(second)
    await logIn(PASSWORD)
    expect(await stored()).not.toBe(second)
    await logIn(PASSWORD, later)
  })
})
