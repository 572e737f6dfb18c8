import { describe, expect, it } from 'vitest'
import { isTimezone, newestTick, nextTick, scheduleFault } from '../../src/domain/schedule.ts'

const at = (text: string) => Date.parse(text)

/** The next so many ticks after a moment. */
function ticks(schedule: string, timezone: string, after: string, count: number): string[] {
  const found: string[] = []
  let ms = at(after)
  for (let i = 0; i < count; i++) {
    ms = nextTick(schedule, timezone, ms)!
    found.push(new Date(ms).toISOString().slice(0, 19))
  }
  return found
}

describe('a schedule', () => {
  it('has five fields, or six with seconds first', () => {
    expect(ticks('30 2 * * *', 'UTC', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2026-01-01T02:30:00',
      '2026-01-02T02:30:00',
    ])
    expect(ticks('*/20 * * * * *', 'UTC', '2026-01-01T00:00:01Z', 3)).toEqual([
      '2026-01-01T00:00:20',
      '2026-01-01T00:00:40',
      '2026-01-01T00:01:00',
    ])
  })

  it('comes to pass after a moment, not at it', () => {
    expect(nextTick('0 * * * *', 'UTC', at('2026-01-01T01:00:00Z'))).toBe(
      at('2026-01-01T02:00:00Z'),
    )
    expect(nextTick('0 * * * *', 'UTC', at('2026-01-01T00:59:59.999Z'))).toBe(
      at('2026-01-01T01:00:00Z'),
    )
  })

  it('knows when it last came to pass', () => {
    for (const [now, tick] of [
      ['2026-01-01T01:00:00Z', '2026-01-01T01:00:00Z'],
      ['2026-01-01T01:00:00.500Z', '2026-01-01T01:00:00Z'],
      ['2026-01-01T01:59:59Z', '2026-01-01T01:00:00Z'],
    ] as const) {
      expect(newestTick('0 * * * *', 'UTC', at(now))).toBe(at(tick))
    }
  })

  it.each([
    ['* * * *', /five fields/],
    ['* * * * * * *', /five fields/],
    ['@daily', /five fields/],
    ['2026-01-01T00:00:00', /five fields/],
    ['61 * * * *', /cannot be read/],
    ['x * * * *', /cannot be read/],
    ['0 0 30 2 *', /never/],
  ])('is refused when it is %s', (schedule, words) => {
    expect(scheduleFault(schedule, 'UTC', at('2026-01-01T00:00:00Z'))).toMatch(words)
  })

  it('is in a time zone of the IANA database', () => {
    expect(['UTC', 'Europe/Vienna', 'America/New_York'].every(isTimezone)).toBe(true)
    expect(['', 'Nowhere/City', '+02:00', 'x'].some(isTimezone)).toBe(false)
  })
})

describe('where clocks are set forward', () => {
  // Vienna: on 29 March 2026 there is no time from 02:00 to 03:00; 01:00 UTC is 03:00.
  it.each([
    [
      'a fixed time that does not exist',
      '30 2 * * *',
      ['2026-03-28T01:30:00', '2026-03-29T01:00:00', '2026-03-30T00:30:00'],
    ],
    [
      'fixed times in a list',
      '30 2,14 * * *',
      ['2026-03-28T01:30:00', '2026-03-28T13:30:00', '2026-03-29T01:00:00', '2026-03-29T12:30:00'],
    ],
    [
      'fixed times in the gap',
      '15,45 2 * * *',
      ['2026-03-28T01:15:00', '2026-03-28T01:45:00', '2026-03-29T01:00:00', '2026-03-30T00:15:00'],
    ],
    [
      'a fixed time beside it',
      '30 3 * * *',
      ['2026-03-28T02:30:00', '2026-03-29T01:30:00', '2026-03-30T01:30:00'],
    ],
  ])('%s comes to pass once, at the first time that exists', (_title, schedule, expected) => {
    expect(ticks(schedule, 'Europe/Vienna', '2026-03-27T23:00:00Z', expected.length)).toEqual(
      expected,
    )
  })

  it('what repeats goes by the time that passes', () => {
    expect(ticks('*/30 * * * *', 'Europe/Vienna', '2026-03-29T00:15:00Z', 4)).toEqual([
      '2026-03-29T00:30:00',
      '2026-03-29T01:00:00',
      '2026-03-29T01:30:00',
      '2026-03-29T02:00:00',
    ])
  })
})

describe('where clocks are set back', () => {
  // Vienna: on 25 October 2026 the times from 02:00 to 03:00 are there twice; 01:00 UTC is 02:00 again.
  it.each([
    [
      'a fixed time',
      '30 2 * * *',
      ['2026-10-24T00:30:00', '2026-10-25T00:30:00', '2026-10-26T01:30:00'],
    ],
    [
      'fixed times in a list',
      '15,45 2 * * *',
      [
        '2026-10-24T00:15:00',
        '2026-10-24T00:45:00',
        '2026-10-25T00:15:00',
        '2026-10-25T00:45:00',
        '2026-10-26T01:15:00',
      ],
    ],
  ])('%s comes to pass once', (_title, schedule, expected) => {
    expect(ticks(schedule, 'Europe/Vienna', '2026-10-23T23:00:00Z', expected.length)).toEqual(
      expected,
    )
  })

  it('what repeats goes by the time that passes', () => {
    expect(ticks('0 * * * *', 'Europe/Vienna', '2026-10-24T23:30:00Z', 4)).toEqual([
      '2026-10-25T00:00:00',
      '2026-10-25T01:00:00',
      '2026-10-25T02:00:00',
      '2026-10-25T03:00:00',
    ])
  })

  it('half hours of Lord Howe Island are half hours', () => {
    // On 5 April 2026 at 02:00 clocks go back to 01:30.
    expect(ticks('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00:00Z', 2)).toEqual([
      '2026-04-04T14:45:00',
      '2026-04-05T15:15:00',
    ])
  })
})
