import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventTitle } from '../../src/domain/event-title.ts'
import { EVENT_TYPES, eventBody } from '../../src/domain/events.ts'
import {
  lookAt,
  type Notice,
  type NoticeState,
  noticeEvent,
  type WatchedKey,
} from '../../src/domain/notices.ts'

const DAY_MS = 86_400_000
const T0 = Date.parse('2026-01-01T00:00:00Z')
const RULES = { noticeDays: [30, 14, 7, 1], unusedDays: 0 }
const NEW: NoticeState = { expirySetAtMs: T0, toldDays: null, toldUnusedSinceMs: null }

function key(expireInDays: number | null, more: Partial<WatchedKey> = {}): WatchedKey {
  return {
    createdAtMs: T0,
    notBeforeMs: null,
    expireMs: expireInDays === null ? null : T0 + expireInDays * DAY_MS,
    disabledAtMs: null,
    lastUsedAtMs: null,
    ...more,
  }
}

/** What is told when it is looked at on these days, one after the other. */
function told(watched: WatchedKey, days: readonly number[], rules = RULES, from = NEW) {
  let state = from
  return days.map((day) => {
    const look = lookAt(watched, state, rules, T0 + day * DAY_MS)
    state = look.state
    return look.notices.map(wordOf).join(' ')
  })
}

function wordOf(notice: Notice): string {
  return notice.kind === 'expiring' ? String(notice.days) : notice.kind
}

describe('notices of an expiry', () => {
  it('are given from their day on, each once', () => {
    const days = [9.9, 10, 10, 25.9, 26, 33, 38.9, 39, 39.9, 40, 40, 500]
    expect(told(key(40), days)).toEqual([
      '',
      '30',
      '',
      '',
      '14',
      '7',
      '',
      '1',
      '',
      'expired',
      '',
      '',
    ])
  })

  it('are one, the most urgent, when several are due at once', () => {
    expect(told(key(40), [35, 36, 39.5])).toEqual(['7', '', '1'])
    expect(told(key(40), [41, 42])).toEqual(['expired', ''])
  })

  it('are not given for days that had passed when the expiry was set', () => {
    expect(told(key(5), [0, 3.9, 4, 5])).toEqual(['', '', '1', 'expired'])
    expect(told(key(7), [0, 1, 6, 7])).toEqual(['', '', '1', 'expired'])
    expect(told(key(0.5), [0, 0.4, 0.5])).toEqual(['', '', 'expired'])
  })

  it('are not given twice when the clock goes back', () => {
    expect(told(key(40), [33, 12, 27, 33, 39, 0, 39, 41, 2, 41])).toEqual([
      '7',
      '',
      '',
      '',
      '1',
      '',
      '',
      'expired',
      '',
      '',
    ])
  })

  it('are given of a disabled key too, and never of one without expiry', () => {
    expect(told(key(40, { disabledAtMs: T0 }), [33, 41])).toEqual(['7', 'expired'])
    expect(told(key(null), [0, 1000])).toEqual(['', ''])
  })

  it('take the days of the project in any order, and none but whole ones before the expiry', () => {
    const rules = { ...RULES, noticeDays: [2, 60, 2, 0, -3] }
    expect(told(key(90), [29, 30, 50, 88, 89, 90, 93], rules)).toEqual([
      '',
      '60',
      '',
      '2',
      '',
      'expired',
      '',
    ])
    expect(told(key(90), [89, 90], { ...RULES, noticeDays: [] })).toEqual(['', 'expired'])
  })

  it('tell of days that are added later when they are nearer than what was told', () => {
    const { state } = lookAt(key(40), NEW, RULES, T0 + 27 * DAY_MS)
    expect(told(key(40), [28], { ...RULES, noticeDays: [30, 21, 14, 7] }, state)).toEqual([''])
    expect(told(key(40), [28], { ...RULES, noticeDays: [13, 12] }, state)).toEqual(['12'])
  })

  it('are looked for at the next moment at which one can be due', () => {
    const nextDay = (day: number, state = NEW) =>
      (lookAt(key(40), state, RULES, T0 + day * DAY_MS).nextLookMs! - T0) / DAY_MS
    expect([0, 10, 10.5, 26, 33, 39].map((day) => nextDay(day))).toEqual([10, 26, 26, 33, 39, 40])
    expect(lookAt(key(40), NEW, RULES, T0 + 40 * DAY_MS).nextLookMs).toBeNull()
  })

  it('are each at most one, and all in the end, whatever the clock does', () => {
    const looks = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { maxLength: 20 })
    const noticeDays = fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 6 })
    fc.assert(
      fc.property(looks, noticeDays, (days, rule) => {
        const rules = { ...RULES, noticeDays: rule }
        const words = told(key(50), [...days, 50], rules).filter((word) => word !== '')
        expect(new Set(words).size).toBe(words.length)
        expect(words.at(-1)).toBe('expired')
        const numbers = words.slice(0, -1).map(Number)
        // Ever more urgent, of the rule, and none from before the key.
        expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
        for (const one of numbers) expect(rule.includes(one) && one < 50).toBe(true)
      }),
    )
  })
})

describe('notices of unused keys', () => {
  const rules = { noticeDays: [], unusedDays: 90 }

  it('are given once, so many days after the creation or the last use', () => {
    expect(told(key(null), [89, 90, 91, 400], rules)).toEqual(['', 'unused', '', ''])
    const used = key(null, { lastUsedAtMs: T0 + 10 * DAY_MS })
    expect(told(used, [90, 99, 100, 300], rules)).toEqual(['', '', 'unused', ''])
  })

  it('are given again only after a later use', () => {
    const { state } = lookAt(key(null), NEW, rules, T0 + 90 * DAY_MS)
    const used = key(null, { lastUsedAtMs: T0 + 95 * DAY_MS })
    expect(told(used, [180, 185, 300], rules, state)).toEqual(['', 'unused', ''])
    const moved = key(null, { notBeforeMs: T0 + 100 * DAY_MS })
    expect(told(moved, [300], rules, state)).toEqual([''])
  })

  it('are not given of keys that cannot be used, nor where nobody wants them', () => {
    expect(told(key(null, { disabledAtMs: T0 }), [100], rules)).toEqual([''])
    expect(told(key(95), [100], rules, { ...NEW, toldDays: 0 })).toEqual([''])
    expect(told(key(null, { notBeforeMs: T0 + 200 * DAY_MS }), [100, 289, 290], rules)).toEqual([
      '',
      '',
      'unused',
    ])
    expect(told(key(null), [1000], { ...rules, unusedDays: 0 })).toEqual([''])
  })

  it('cost a look in so many days and not one a use', () => {
    const look = (day: number, used: number | null, state = NEW) => {
      const watched = key(null, { lastUsedAtMs: used === null ? null : T0 + used * DAY_MS })
      return (lookAt(watched, state, rules, T0 + day * DAY_MS).nextLookMs! - T0) / DAY_MS
    }
    expect([look(0, null), look(90, 89), look(179, 178)]).toEqual([90, 179, 268])
    expect(look(90, null)).toBe(180)
    const state = { ...NEW, toldUnusedSinceMs: T0 }
    expect(look(180, null, state)).toBe(270)
  })
})

describe('what is told', () => {
  const of = { id: 'k1', name: 'partner', scope: { projectId: 1, regionId: 2 }, key: key(40) }
  const expireMs = T0 + 40 * DAY_MS

  it('is told apart by key, expiry and day', () => {
    const notices: Notice[] = [
      { kind: 'expiring', days: 7, expireMs },
      { kind: 'expiring', days: 14, expireMs },
      { kind: 'expiring', days: 7, expireMs: expireMs + 1000 },
      { kind: 'expired', expireMs },
      { kind: 'unused', days: 90, sinceMs: T0 },
      { kind: 'unused', days: 90, sinceMs: T0 + 1 },
    ]
    const identities = notices.flatMap((notice) => [
      noticeEvent(of, notice).once,
      noticeEvent({ ...of, id: 'k2' }, notice).once,
    ])
    expect(new Set(identities).size).toBe(2 * notices.length)
    expect(noticeEvent(of, { kind: 'unused', days: 90, sinceMs: T0 }).once).toBe(
      noticeEvent(of, { kind: 'unused', days: 30, sinceMs: T0 }).once,
    )
  })

  it('is a sentence, with the time that is left when it is told', () => {
    const title = (atMs: number) =>
      eventTitle({ ...noticeEvent(of, { kind: 'expiring', days: 7, expireMs }), atMs })
    const left = [7, 6.9999, 5.2, 1, 0.9, 1 / 24, 0.01]
    expect(left.map((days) => title(expireMs - days * DAY_MS))).toEqual([
      'Key partner expires in 7 days',
      'Key partner expires in 7 days',
      'Key partner expires in 5 days',
      'Key partner expires in 1 day',
      'Key partner expires in 22 hours',
      'Key partner expires in 1 hour',
      'Key partner expires in less than an hour',
    ])
  })

  it('has a sentence for every type, and one form for the outside', () => {
    for (const type of EVENT_TYPES) {
      const data = { unused_days: 90, address: '192.0.2.1', expires_at: '2026-02-10T00:00:00Z' }
      const title = eventTitle({ type, keyName: 'partner', data, atMs: T0 })
      expect(title).toMatch(/^Key partner \S/)
      expect(title).not.toMatch(/undefined|NaN|\.$/)
    }
    const event = noticeEvent(of, { kind: 'expiring', days: 7, expireMs })
    expect(eventBody({ ...event, id: 7, atMs: T0 })).toEqual({
      id: 'evt_7',
      type: 'key.expiring',
      created_at: '2026-01-01T00:00:00Z',
      timestamp: '2026-01-01T00:00:00Z',
      project_id: 1,
      region_id: 2,
      data: {
        key: { id: 'k1', name: 'partner' },
        expires_at: '2026-02-10T00:00:00Z',
        days_before: 7,
        disabled: false,
      },
    })
  })
})
