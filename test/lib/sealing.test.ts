import { describe, expect, it } from 'vitest'
import { KeyRing, sealedWith } from '../../src/lib/sealing.ts'

const key = (byte: number) => Buffer.alloc(32, byte)

describe('a key ring', () => {
  it('opens what it has sealed, at the place that it was sealed for', () => {
    const ring = new KeyRing(key(1))
    for (const text of ['', 'secret', 'é\n\0', 'x'.repeat(8192)]) {
      expect(ring.open(ring.seal(text, 'here'), 'here')).toEqual({ kind: 'opened', text })
    }
    expect(ring.open(ring.seal('secret', 'here'), 'there')).toEqual({ kind: 'damaged' })
  })

  it('seals the same text to another one each time, and shows nothing of it', () => {
    const ring = new KeyRing(key(1))
    const sealed = ring.seal('secret', 'here')
    expect(ring.seal('secret', 'here')).not.toBe(sealed)
    expect(sealed).toMatch(/^s1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/)
    expect(Buffer.from(sealed.split('.')[2]!, 'base64url').includes('secret')).toBe(false)
  })

  it('opens what a key of before has sealed, and seals with the newest', () => {
    const old = new KeyRing(key(1))
    const sealed = old.seal('secret', 'here')
    const ring = new KeyRing(key(2), [key(1)])
    expect(ring.open(sealed, 'here')).toEqual({ kind: 'opened', text: 'secret' })
    expect(sealedWith(ring.seal('secret', 'here'))).toBe(ring.keyId)
    expect(ring.keyId).not.toBe(old.keyId)
    const other = new KeyRing(key(3))
    expect(other.open(sealed, 'here')).toEqual({ kind: 'unknown-key', keyId: old.keyId })
  })

  it('opens nothing that was changed in any place', () => {
    const ring = new KeyRing(key(1))
    const sealed = ring.seal('a secret', 'here')
    const [form, id, body] = sealed.split('.') as [string, string, string]
    const bytes = Buffer.from(body, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      const text = `${form}.${id}.${changed.toString('base64url')}`
      expect(ring.open(text, 'here')).toEqual({ kind: 'damaged' })
    }
    for (const text of ['', 'a secret', `s1.${id}.`, `s1.${id}.AAAA`, `s2.${id}.${body}`]) {
      expect(ring.open(text, 'here')).toEqual({ kind: 'damaged' })
    }
  })
})
