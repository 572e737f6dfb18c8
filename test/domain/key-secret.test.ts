import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isWellFormedKeySecret,
  KEY_SECRET_CHARS,
  KEY_SECRET_PATTERN,
  keySecretDigest,
  keySecretDigestWords,
  keySecretHint,
  mintKeySecret,
} from '../../src/domain/key-secret.ts'

describe('a key secret', () => {
  it('has the documented pattern and a checksum that holds', () => {
    for (let i = 0; i < 200; i++) {
      const secret = mintKeySecret()
      expect(secret).toMatch(new RegExp(KEY_SECRET_PATTERN))
      expect(secret).toHaveLength(KEY_SECRET_CHARS)
      expect(isWellFormedKeySecret(secret)).toBe(true)
    }
  })

  it('is never minted twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, mintKeySecret)).size).toBe(1_000)
  })

  it('is rejected when any one character is another', () => {
    const secret = mintKeySecret()
    for (let i = 0; i < secret.length; i++) {
      const other = secret[i] === 'a' ? 'b' : 'a'
      expect(isWellFormedKeySecret(secret.slice(0, i) + other + secret.slice(i + 1))).toBe(false)
    }
  })

  it('is rejected when it is cut, extended or something else', () => {
    const secret = mintKeySecret()
    for (const text of ['', secret.slice(1), secret.slice(0, -1), `${secret}0`, ` ${secret}`]) {
      expect(isWellFormedKeySecret(text)).toBe(false)
    }
    fc.assert(fc.property(fc.string(), (text) => !isWellFormedKeySecret(text)))
  })

  it('is rejected with a character in it that only looks like the right one in eight bits', () => {
    const secret = mintKeySecret()
    for (let i = 0; i < secret.length; i++) {
      for (const higher of [0x80, 0x100, 0x4000]) {
        const other = String.fromCharCode(secret.charCodeAt(i) + higher)
        expect(isWellFormedKeySecret(secret.slice(0, i) + other + secret.slice(i + 1))).toBe(false)
      }
    }
  })

  it('has the same digest in words as in hex', () => {
    const words = new Int32Array(8)
    for (let i = 0; i < 50; i++) {
      const secret = mintKeySecret()
      keySecretDigestWords(secret, words)
      const bytes = Buffer.alloc(32)
      for (const [at, word] of words.entries()) bytes.writeInt32LE(word, 4 * at)
      expect(bytes.toString('hex')).toBe(keySecretDigest(secret))
    }
  })

  it('is stored as SHA-256 and shown as prefix and last four', () => {
    expect(keySecretDigest('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    const secret = mintKeySecret()
    expect(keySecretHint(secret)).toBe(`lk_…${secret.slice(-4)}`)
  })
})
