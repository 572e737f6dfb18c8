import { describe, expect, test } from 'vitest'
import { decodeResponseHead, headOf, ResponseHeads } from '../../src/wire/messages.ts'

const head = (...fields: string[]) => decodeResponseHead(fields.join('\n'))

describe('a response head', () => {
  test('is a status and flat headers', () => {
    expect(head('201', 'content-type', 'text/plain', 'x-a', '')).toEqual({
      status: 201,
      headers: ['content-type', 'text/plain', 'x-a', ''],
      contentLength: -1,
    })
  })

  test('may have no headers, repeated ones, tabs and latin1', () => {
    expect(head('204')?.headers).toEqual([])
    expect(head('200', 'set-cookie', 'a', 'set-cookie', 'b')?.headers).toHaveLength(4)
    expect(head('200', 'x-a', 'caf\xe9\tb')?.headers).toEqual(['x-a', 'caf\xe9\tb'])
  })

  test('tells its content-length', () => {
    expect(head('200', 'content-length', '12')?.contentLength).toBe(12)
  })

  test.each([
    ['an empty head', ['']],
    ['a status that is no number', ['abc']],
    ['status 100', ['100']],
    ['status 199', ['199']],
    ['status 600', ['600']],
    ['status 2000', ['2000']],
    ['a status with a sign', ['+200']],
    ['a status with a space', ['200 ']],
    ['a name without a value', ['200', 'x-a']],
    ['a carriage return in a value', ['200', 'x-a', 'a\rb']],
    ['NUL in a value', ['200', 'x-a', 'a\0b']],
    ['an escape in a value', ['200', 'x-a', 'a\x1bb']],
    ['DEL in a value', ['200', 'x-a', 'a\x7fb']],
    ['an empty name', ['200', '', 'a']],
    ['a space in a name', ['200', 'x a', 'a']],
    ['a colon in a name', ['200', 'x-a:', 'a']],
    ['capitals in a name', ['200', 'X-A', 'a']],
    ['connection', ['200', 'connection', 'close']],
    ['transfer-encoding', ['200', 'transfer-encoding', 'chunked']],
    ['upgrade', ['200', 'upgrade', 'h2c']],
    ['two content-lengths', ['200', 'content-length', '1', 'content-length', '1']],
    ['a content-length that is none', ['200', 'content-length', '1, 1']],
    ['a negative content-length', ['200', 'content-length', '-1']],
  ])('is malformed with %s', (_what, fields) => {
    expect(head(...fields)).toBeUndefined()
  })
})

describe('the heads of one connection', () => {
  test('are each what was sent, repeated or not', () => {
    const heads = new ResponseHeads()
    for (const text of ['200', '200', '404\nx-a\nb', '200\nx-a', '200\nx-a', '404\nx-a\nb', '']) {
      expect(heads.decode(text)).toEqual(decodeResponseHead(text))
    }
  })
})

describe('the head of a payload', () => {
  const payload = Buffer.from('\x05\0\0\0abc\nd rest', 'latin1')

  test('is cut at its length', () => {
    expect(headOf(payload, 0, payload.length)).toBe('abc\nd')
    expect(headOf(Buffer.concat([Buffer.from('..'), payload]), 2, 11)).toBe('abc\nd')
  })

  test('is malformed when its length is not there', () => {
    expect(headOf(payload, 0, 3)).toBeUndefined()
    expect(headOf(payload, 0, 8)).toBeUndefined()
    expect(headOf(Buffer.from('ffffffff', 'hex'), 0, 4)).toBeUndefined()
  })
})
