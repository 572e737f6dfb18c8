import { describe, expect, it } from 'vitest'
import { relativeTime, utcTime } from '../../portal/src/ui/times.ts'

const NOW_MS = Date.parse('2026-12-01T12:00:00Z')

describe('a moment', () => {
  it.each([
    ['2026-12-08T12:00:00Z', 'in 7 days'],
    ['2026-12-08T11:00:00Z', 'in 6 days'],
    ['2026-12-03T11:59:59Z', 'in 47 hours'],
    ['2026-12-01T09:00:00Z', '3 hours ago'],
    ['2026-12-01T12:00:30Z', 'in less than a minute'],
    ['2026-12-01T11:59:30Z', 'just now'],
    ['2027-12-02T12:00:00Z', 'next year'],
  ])('%s is %s', (time, said) => {
    expect(relativeTime(time, NOW_MS)).toBe(said)
  })

  it('is written in UTC by seconds', () => {
    expect(utcTime('2026-12-01T13:00:00.250+01:00')).toBe('2026-12-01 12:00:00 UTC')
  })
})
