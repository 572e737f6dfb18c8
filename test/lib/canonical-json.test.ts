import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/lib/canonical-json.ts'

describe('the canonical text of a JSON value', () => {
  it('has its members in order, and no white space', () => {
    const value = { b: [1, { z: null, a: true }], a: 'x', 10: 1, 9: 2 }
    expect(canonicalJson(value)).toBe('{"10":1,"9":2,"a":"x","b":[1,{"a":true,"z":null}]}')
  })

  it('leaves out what is undefined, and keeps a member of any name', () => {
    const value = JSON.parse('{"__proto__":1,"constructor":2}')
    expect(canonicalJson({ a: 1, gone: undefined })).toBe('{"a":1}')
    expect(canonicalJson(value)).toBe('{"__proto__":1,"constructor":2}')
  })

  it('holds nothing that UTF-8 cannot', () => {
    expect(canonicalJson('a\ud800b')).toBe('"a\ufffdb"')
    expect(canonicalJson('\u0001\n"\\é😀')).toBe('"\\u0001\\n\\"\\\\é😀"')
  })

  it('is the same whatever order the members came in, and says the same as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('refuses what JSON has no word for', () => {
    for (const value of [Number.NaN, 1n, () => 1]) {
      expect(() => canonicalJson(value)).toThrow(TypeError)
    }
  })
})
