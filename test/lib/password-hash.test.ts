import { describe, expect, it } from 'vitest'
import {
  ARGON2,
  HAS_ARGON2,
  type HashParameters,
  hashPassword,
  isOutdated,
  SCRYPT,
  verifyPassword,
} from '../../src/lib/password-hash.ts'

const CHEAP: readonly HashParameters[] = [
  { ...SCRYPT, costLog2: 12 },
  ...(HAS_ARGON2 ? [{ ...ARGON2, memoryKib: 1024, passes: 1 }] : []),
]

describe.each(CHEAP)('a password hashed with $kind', (parameters) => {
  it('is known again, and no other', async () => {
    const hashed = await hashPassword('päss wörd', parameters)
    expect(await verifyPassword('päss wörd', hashed)).toBe(true)
    for (const wrong of ['', 'pass word', 'päss wörd ', 'PÄSS WÖRD']) {
      expect(await verifyPassword(wrong, hashed)).toBe(false)
    }
    expect(hashed).not.toContain('päss')
  })

  it('is never hashed to the same text twice', async () => {
    expect(await hashPassword('same', parameters)).not.toBe(await hashPassword('same', parameters))
  })

  it('names how it was hashed', async () => {
    const hashed = await hashPassword('x', parameters)
    expect(hashed).toMatch(
      parameters.kind === 'scrypt'
        ? /^\$scrypt\$ln=12,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/
        : /^\$argon2id\$v=19\$m=1024,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
    )
    expect(isOutdated(hashed, parameters)).toBe(false)
    expect(isOutdated(hashed)).toBe(true)
  })
})

describe('other texts', () => {
  it('that are no hashes are an error without them', async () => {
    for (const text of ['', 'plain', '$argon2i$v=19$m=1,t=1,p=1$YQ$YQ', '$scrypt$ln=1$a$b']) {
      await expect(verifyPassword('x', text)).rejects.toThrow(
        'a stored password has no form that is known here',
      )
    }
  })

  it.runIf(HAS_ARGON2)('from other programs are understood', async () => {
    // What the reference implementation's test suite has for `password` and `somesalt`.
    const hashed =
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await verifyPassword('password', hashed)).toBe(true)
    expect(await verifyPassword('Password', hashed)).toBe(false)
  })
})
