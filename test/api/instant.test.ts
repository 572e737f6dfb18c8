import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../src/api/instant.ts'

describe('parseInstant', () => {
  it.each([
    ['2026-08-22T11:21:00Z', '2026-08-22T11:21:00.000Z'],
    ['2026-08-22t11:21:00z', '2026-08-22T11:21:00.000Z'],
    ['2026-08-22 11:21:00Z', '2026-08-22T11:21:00.000Z'],
    ['2026-08-22T11:21:00.999999Z', '2026-08-22T11:21:00.000Z'],
    ['2026-08-22T11:21:00+02:00', '2026-08-22T09:21:00.000Z'],
    ['2026-08-22T11:21:00-05:30', '2026-08-22T16:51:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseInstant(text)!).toISOString()).toBe(expected)
  })

  it.each([
    '',
    'tomorrow',
    '2026-08-22',
    '2026-08-22T11:21Z',
    '2026-08-22T11:21:00',
    '2026-08-22T24:00:00Z',
    '2026-08-22T11:60:00Z',
    '2026-08-22T11:21:60Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-08-22T11:21:00+24:00',
    '2026-08-22T11:21:00+2',
    '9999-12-31T23:59:59-00:01',
    '0000-06-01T00:00:00Z',
    '+02026-08-22T11:21:00Z',
    '２０２６-08-22T11:21:00Z',
    '2026-08-22T11:21:00Z\n',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  it('reads back every whole second that it is given', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })
    fc.assert(
      fc.property(seconds, (second) => {
        expect(parseInstant(new Date(second * 1000).toISOString())).toBe(second * 1000)
      }),
    )
  })
})
