import { describe, expect, it } from 'vitest'
import {
  expirationFault,
  fieldsOf,
  firstExpiration,
  inDays,
  isSoon,
  leftText,
  mayBeForever,
  momentOf,
  presetOf,
  presetsUnder,
  utcText,
} from '../../portal/src/keys/expiration-time.ts'

const NOW = Date.parse('2026-11-22T09:00:00Z')
const free = { key_life_days_max: null, keys_must_expire: false }
const most = (days: number) => ({ key_life_days_max: days, keys_must_expire: true })

describe('how long a key may last', () => {
  it('is not more than the project allows', () => {
    expect(expirationFault(null, free, null, NOW)).toBeUndefined()
    expect(expirationFault(null, most(30), null, NOW)).toMatch(/must expire/)
    expect(expirationFault(inDays(30, NOW), most(30), null, NOW)).toBeUndefined()
    expect(expirationFault(inDays(31, NOW), most(30), null, NOW)).toMatch(/last 30 days at most/)
    expect(mayBeForever(free)).toBe(true)
    expect(mayBeForever({ ...free, keys_must_expire: true })).toBe(false)
    expect(mayBeForever({ ...free, key_life_days_max: 9 })).toBe(false)
  })

  it('is some time, after now and after its start', () => {
    expect(expirationFault(inDays(-1, NOW), free, null, NOW)).toMatch(/past/)
    expect(expirationFault(inDays(2, NOW), free, inDays(3, NOW), NOW)).toMatch(/before it starts/)
    expect(expirationFault(inDays(4, NOW), free, inDays(3, NOW), NOW)).toBeUndefined()
  })

  it('is 90 days at first, or as long as the project allows', () => {
    expect(firstExpiration(free, NOW)).toBe('2027-02-20T09:00:00Z')
    expect(firstExpiration(most(5), NOW)).toBe('2026-11-27T09:00:00Z')
    expect(presetsUnder(most(5))[0]).toEqual({ days: 5, label: '5 days' })
    expect(presetsUnder(most(45))).toHaveLength(4)
    expect(presetOf(inDays(30, NOW), NOW + 5_000)?.days).toBe(30)
    expect(presetOf(inDays(31, NOW), NOW)).toBeUndefined()
  })
})

describe('how long a key lasts, in words', () => {
  it('is never more than what is left', () => {
    expect(leftText(inDays(29.99, NOW), NOW)).toBe('29 days left')
    expect(leftText(inDays(1.5, NOW), NOW)).toBe('36 hours left')
    expect(leftText(inDays(0.0001, NOW), NOW)).toBe('less than a minute left')
    expect(leftText(inDays(-3, NOW), NOW)).toBe('ended 3 days ago')
    expect(leftText(inDays(0, NOW), NOW)).toBe('ended just now')
  })

  it('asks for attention from 14 days on', () => {
    expect(isSoon(inDays(14, NOW), NOW)).toBe(false)
    expect(isSoon(inDays(13.9, NOW), NOW)).toBe(true)
    expect(isSoon(inDays(-1, NOW), NOW)).toBe(false)
  })

  it('is told in UTC to the minute', () => {
    expect(utcText('2026-11-22T09:05:59Z')).toBe('2026-11-22 09:05 UTC')
  })

  it('goes through the fields of date and time unchanged', () => {
    const { date, time } = fieldsOf('2027-02-20T09:00:00Z')
    expect(momentOf(date, time)).toBe('2027-02-20T09:00:00Z')
    expect(momentOf('2027-02-20', '')).toBeUndefined()
  })
})
