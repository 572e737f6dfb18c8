import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LINE_CHARS_MAX, LineSplitter } from '../../src/engine/log-lines.ts'
import { SecretMask } from '../../src/engine/secret-mask.ts'

describe('a mask', () => {
  const mask = new SecretMask({
    LONG: 'correct horse battery',
    PART: 'horse battery',
    SHORT: '1234567',
    LINES: 'first line\nsecond "line"\r\nx',
  })

  it('hides values as they are, in JSON and line by line, the longest first', () => {
    expect(mask.hide('a correct horse battery, a horse battery')).toBe('a ***, a ***')
    expect(mask.hide(JSON.stringify({ lines: 'first line\nsecond "line"\r\nx' }))).toBe(
      '{"lines":"***"}',
    )
    expect(mask.hide('first line')).toBe('***')
    expect(mask.hide('second "line"')).toBe('***')
    expect(mask.hide('second \\"line\\"')).toBe('***')
  })

  it('leaves what is short, and everything when there is nothing to hide', () => {
    expect(mask.hide('1234567 and x')).toBe('1234567 and x')
    expect(new SecretMask({}).hide('anything')).toBe('anything')
  })
})

describe('lines with secrets', () => {
  it('hold none, wherever the stream and the lines are cut', () => {
    const secret = 'sk_0123456789abcdef'
    const mask = new SecretMask({ KEY: secret })
    const filler = fc.integer({ min: LINE_CHARS_MAX - 25, max: LINE_CHARS_MAX + 5 })
    const part = fc.oneof(
      filler.map((count) => 'x'.repeat(count)),
      fc.constantFrom(secret, `${secret}\n`, '\n', ' ', `${secret}${secret}`),
    )
    const cuts = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), cuts, (parts, sizes) => {
        const text = parts.join('')
        const lines: string[] = []
        const splitter = new LineSplitter((line) => lines.push(line.message), mask)
        let at = 0
        for (const size of [...sizes, text.length]) {
          splitter.push(Buffer.from(text.slice(at, at + size)))
          at += size
        }
        splitter.end()
        const told = lines.join('')
        expect(told).not.toContain(secret)
        expect(told).toBe(text.replaceAll(secret, '***').replaceAll('\n', ''))
        expect(lines.every((line) => line.length <= LINE_CHARS_MAX)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
