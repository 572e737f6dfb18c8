import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locate } from '../../src/gateway/route.ts'

describe('locate', () => {
  test('takes the first segment as the label and leaves the rest as it came', () => {
    const cases: [target: string, label: string, rest: string][] = [
      ['/fn', 'fn', '/'],
      ['/fn/', 'fn', '/'],
      ['/fn?a=b', 'fn', '/?a=b'],
      ['/fn/a/b?c=d?e', 'fn', '/a/b?c=d?e'],
      ['/fn//other', 'fn', '//other'],
      ['/fn/../other', 'fn', '/../other'],
      ['/fn/%2e%2e/other', 'fn', '/%2e%2e/other'],
      ['/fn%2fother', 'fn%2fother', '/'],
      ['/fn;a=b/x', 'fn;a=b', '/x'],
      ['/FN/x', 'FN', '/x'],
      ['//fn/x', '', '/fn/x'],
      ['/../fn/x', '..', '/fn/x'],
      ['/', '', '/'],
    ]
    for (const [target, label, rest] of cases) {
      expect(locate(target, 'h', undefined)).toEqual({ label, target: rest })
    }
  })

  test('reads an absolute target by its own path', () => {
    expect(locate('http://h:81/fn/x?y', 'h', undefined)).toEqual({ label: 'fn', target: '/x?y' })
    expect(locate('HTTP://h?y', 'h', undefined)).toEqual({ label: '', target: '/?y' })
    expect(locate('http://user@h/fn', 'h', undefined)).toBeUndefined()
    for (const target of ['*', 'fn', '', 'h:80']) {
      expect(locate(target, 'h', undefined)).toBeUndefined()
    }
  })

  test('takes the label from a host under the domain, and then leaves the path whole', () => {
    for (const host of ['fn.fns.test', 'FN.Fns.TEST', 'fn.fns.test:8081', 'fn.fns.test.:8081']) {
      expect(locate('/other/x', host, 'fns.test')).toEqual({ label: 'fn', target: '/other/x' })
    }
    for (const host of ['fns.test', 'fnfns.test', 'fn.fns.test.evil', '127.0.0.1:80', '[::1]:80']) {
      expect(locate('/other/x', host, 'fns.test')).toEqual({ label: 'other', target: '/x' })
    }
    expect(locate('/other/x', 'a.fn.fns.test', 'fns.test')?.label).toBe('a.fn')
    expect(locate('http://fn.fns.test/other', 'other.fns.test', 'fns.test')).toEqual({
      label: 'fn',
      target: '/other',
    })
  })

  test('never finds a label that the target does not begin with byte for byte', () => {
    const piece = fc.constantFrom(
      ...['/', '//', '..', '.', '%2f', '%2F', '%2e', ';', '?', '#', '\\', '@', ':', 'fn', 'FN'],
      ...['other', 'fn-a', '%66n', 'ﬁ', '\u0131', '\t', ' ', '&', '=', 'http://', 'http:'],
    )
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)
    fc.assert(
      fc.property(target, (text) => {
        const place = locate(text, 'h', undefined)!
        const isFn = place.label === 'fn'
        expect(isFn).toBe(/^\/fn(?:[/?]|$)/.test(text))
        if (isFn) expect([text.slice(3), `/${text.slice(3)}`]).toContain(place.target)
      }),
      { numRuns: 2000 },
    )
  })
})
