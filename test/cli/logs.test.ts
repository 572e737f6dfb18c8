import { describe, expect, it } from 'vitest'
import { freshLines } from '../../src/cli/function/logs.ts'

const lines = (text: string) => [...text].map((Message) => ({ Message }))
const fresh = (older: string, newer: string) =>
  freshLines(lines(older), lines(newer))
    .map((line) => line.Message)
    .join('')

describe('freshLines', () => {
  it('finds what was added at the end', () => {
    expect(fresh('abc', 'abcde')).toBe('de')
    expect(fresh('', 'ab')).toBe('ab')
    expect(fresh('abc', 'abc')).toBe('')
  })

  it('finds it when the window has moved on', () => {
    expect(fresh('abc', 'cde')).toBe('de')
    expect(fresh('abc', 'xyz')).toBe('xyz')
  })

  it('counts repeated lines', () => {
    expect(fresh('aaa', 'aaaa')).toBe('a')
    expect(fresh('aba', 'baba')).toBe('ba')
  })

  it('prints nothing twice when lines were dropped', () => {
    expect(fresh('abc', '')).toBe('')
    expect(fresh('abc', 'bc')).toBe('')
  })
})
