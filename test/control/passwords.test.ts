import { describe, expect, it } from 'vitest'
import { Passwords } from '../../src/control/passwords.ts'
import { SCRYPT } from '../../src/lib/password-hash.ts'

const CHEAP = { ...SCRYPT, costLog2: 12 }

describe('passwords', () => {
  it('are looked at two at a time, and refused when many wait already', async () => {
    const passwords = new Passwords(CHEAP)
    const hashed = await passwords.hash('correct horse battery')
    const ask = () => passwords.verify('correct horse battery', hashed)
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, ask))
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(40 - 2 - 32)
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ reason: { code: 'too_many_log_ins', retryAfterSeconds: 5 } })
    }
    expect(await ask()).toBe(true)
  })

  it('of nobody are never right', async () => {
    const passwords = new Passwords(CHEAP)
    expect(await passwords.verify('', undefined)).toBe(false)
    expect(await passwords.verify('anything', undefined)).toBe(false)
  })

  it('are the same however their letters were typed', async () => {
    const passwords = new Passwords(CHEAP)
    const hashed = await passwords.hash('caf\u00e9 caf\u00e9 caf\u00e9')
    expect(await passwords.verify('cafe\u0301 cafe\u0301 cafe\u0301', hashed)).toBe(true)
  })
})
