import { describe, expect, it } from 'vitest'
import { parseExpiry, timeLeft } from '../../src/cli/expiry.ts'

const NOW = Date.parse('2026-05-04T10:20:30.500Z')

function at(text: string): string {
  const expiry = parseExpiry(text, NOW)
  return expiry.kind === 'at' ? new Date(expiry.ms).toISOString() : expiry.kind
}

function refusal(text: string): string {
  const expiry = parseExpiry(text, NOW)
  return expiry.kind === 'invalid' ? expiry.reason : expiry.kind
}

describe('parseExpiry', () => {
  it('adds durations to the present and cuts fractions of a second off', () => {
    expect(at('90m')).toBe('2026-05-04T11:50:30.000Z')
    expect(at('12h')).toBe('2026-05-04T22:20:30.000Z')
    expect(at('30d')).toBe('2026-06-03T10:20:30.000Z')
    expect(at('2w')).toBe('2026-05-18T10:20:30.000Z')
  })

  it('takes a day as its first moment in UTC, and a moment as it is', () => {
    expect(at('2027-01-01')).toBe('2027-01-01T00:00:00.000Z')
    expect(at('2027-01-01T12:30:00Z')).toBe('2027-01-01T12:30:00.000Z')
    expect(at('2028-02-29')).toBe('2028-02-29T00:00:00.000Z')
  })

  it('knows never', () => {
    expect(at('never')).toBe('never')
  })

  it('refuses what lies in the past, the present day included', () => {
    expect(refusal('2026-05-04')).toBe('lies in the past')
    expect(refusal('2026-05-04T10:20:30Z')).toBe('lies in the past')
    expect(refusal('0d')).toBe('lies in the past')
  })

  it('refuses days that no calendar has, and times beyond four digits of a year', () => {
    expect(refusal('2027-02-30')).toMatch(/must be one of/)
    expect(refusal('2027-13-01')).toMatch(/must be one of/)
    expect(refusal('2027-01-01T24:00:00Z')).toMatch(/must be one of/)
    expect(refusal('999999w')).toMatch(/beyond the year 9999/)
  })

  it.each([
    '',
    ' ',
    'tomorrow',
    '30',
    'd',
    '-1d',
    '1.5d',
    '1D',
    '30 d',
    'Never',
    '2027-1-1',
    '2027-01-01T12:00:00',
    '2027-01-01T12:00:00+02:00',
    '9999999d',
    '1d\u0000',
  ])('refuses %j', (text) => {
    expect(refusal(text)).toMatch(/must be one of 90m, 12h, 30d/)
  })
})

describe('timeLeft', () => {
  it('never says more than there is', () => {
    const day = 86_400_000
    expect(timeLeft(NOW + 30 * day - 1, NOW)).toBe('in 29 days')
    expect(timeLeft(NOW + 2 * day - 1, NOW)).toBe('in 47 hours')
    expect(timeLeft(NOW + 7_199_999, NOW)).toBe('in 119 minutes')
    expect(timeLeft(NOW + 1, NOW)).toBe('within 2 minutes')
    expect(timeLeft(NOW, NOW)).toBe('expired')
  })
})
