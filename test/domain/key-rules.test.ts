import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permits } from '../../src/domain/grant-limits.ts'
import { judgeExpiry } from '../../src/domain/key-policy.ts'
import {
  grantErrors,
  labelErrors,
  limitErrors,
  normalLimits,
  timeErrors,
} from '../../src/domain/key-rules.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.parse('2026-08-22T11:21:00Z')

describe('labels', () => {
  it('are names and values of plain characters, the value perhaps empty', () => {
    const labels = {
      team: 'payments',
      'app.example/env': 'prod-1',
      owner: 'ann@example.com',
      empty: '',
      a: 'b',
      ['x'.repeat(63)]: 'y'.repeat(63),
    }
    expect(labelErrors(labels)).toEqual([])
  })

  it.each([
    ['', 'x'],
    ['-a', 'x'],
    ['a-', 'x'],
    ['a b', 'x'],
    ['a=b', 'x'],
    ['a"b', 'x'],
    ['__proto__', 'x'],
    ['x'.repeat(64), 'x'],
    ['a', ' '],
    ['a', 'x"y'],
    ['a', 'x\\y'],
    ['a', 'x,y'],
    ['a', 'ä'],
    ['a', 'y'.repeat(64)],
    ['a', 'x\n'],
  ])('are not %j: %j', (name, value) => {
    const labels = Object.fromEntries([[name, value]])
    expect(labelErrors(labels)).toEqual([
      { field: `labels.${name}`, message: expect.stringContaining('must be') },
    ])
  })

  it('are 64 at most', () => {
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, '']))
    expect(labelErrors(labels(64))).toEqual([])
    expect(labelErrors(labels(65))).toMatchObject([{ field: 'labels' }])
  })
})

describe('limits of a grant', () => {
  const faults = (methods: string[], paths: string[]) =>
    limitErrors({ methods, paths }, 'functions.0').map(({ field }) => field)

  it('are kept in upper case, without a slash at the end, and once each', () => {
    const limits = { methods: ['get', 'GET', 'Post'], paths: ['/orders/', '/orders', '/', '/a/b'] }
    expect(normalLimits(limits)).toEqual({
      methods: ['GET', 'POST'],
      paths: ['/orders', '/', '/a/b'],
    })
  })

  it('take methods of every name that HTTP takes', () => {
    expect(faults(['GET', 'm-search', 'X!'], [])).toEqual([])
    expect(faults(['', 'GE T', 'GET,POST', 'GÉT', 'x'.repeat(33)], [])).toEqual(
      [0, 1, 2, 3, 4].map((i) => `functions.0.methods.${i}`),
    )
    expect(faults(Array(33).fill('GET'), [])).toEqual(['functions.0.methods'])
  })

  it('take paths as they stand in a URL', () => {
    expect(
      faults([], ['/', '/orders', '/a%20b/c', '/.well-known', '/a..b', "/(x)'!$&*+,;=:@~"]),
    ).toEqual([])
    expect(
      faults(
        [],
        Array.from({ length: 33 }, (_, i) => `/${i}`),
      ),
    ).toEqual(['functions.0.paths'])
  })

  it.each([
    '',
    'orders',
    '/orders?x',
    '/orders#x',
    '/a b',
    '/ä',
    '/a\\b',
    '/%',
    '/%2',
    '//',
    '/a//b',
    '/.',
    '/..',
    '/a/../b',
    '/a/./b',
    '/a/%2e%2E/b',
    '/a/.%2e',
    '/a%2Fb',
    '/a%5cb',
    '/a/..;x/b',
    `/${'x'.repeat(256)}`,
    '/a\n',
  ])('take no path like %j', (path) => {
    expect(faults([], [path])).toEqual(['functions.0.paths.0'])
  })
})

describe('the limits of a key', () => {
  it('are bounded together', () => {
    const grants = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ methods: ['GET'], paths: [`/${i}`] }))
    expect(grantErrors(grants(1000), 'functions')).toEqual([])
    expect(grantErrors(grants(1001), 'functions')).toMatchObject([{ field: 'functions' }])
  })

  it('permit what they name themselves, whatever it is', () => {
    const path = fc.stringMatching(/^(\/([-._~!$&'()*+,;=:@a-zA-Z0-9]|%[0-9a-fA-F]{2}){0,9}){1,5}$/)
    fc.assert(
      fc.property(path, (text) => {
        fc.pre(limitErrors({ methods: [], paths: [text] }, 'g').length === 0)
        const limits = normalLimits({ methods: ['get'], paths: [text] })
        expect(permits(limits, 'HEAD', `${text}?x`)).toBe(true)
        expect(permits(limits, 'GET', `${text.replace(/\/$/, '')}/more`)).toBe(true)
        expect(permits(limits, 'POST', text)).toBe(false)
      }),
    )
  })
})

describe('the times of a key', () => {
  it('leave it some time to work in', () => {
    expect(timeErrors({ notBeforeMs: null, expireMs: 5 })).toEqual([])
    expect(timeErrors({ notBeforeMs: 5, expireMs: null })).toEqual([])
    expect(timeErrors({ notBeforeMs: 4, expireMs: 5 })).toEqual([])
    expect(timeErrors({ notBeforeMs: 5, expireMs: 5 })).toMatchObject([{ field: 'not_before' }])
  })
})

describe("a project's policy", () => {
  const judge = (keyLifeDaysMax: number | null, keysMustExpire: boolean, expireMs: number | null) =>
    judgeExpiry({ keyLifeDaysMax, keysMustExpire }, expireMs, NOW_MS).kind

  it('lets keys last for ever unless it says otherwise', () => {
    expect(judge(null, false, null)).toBe('allowed')
    expect(judge(null, false, NOW_MS + 9999 * DAY_MS)).toBe('allowed')
  })

  it('may want every key to expire, whenever', () => {
    expect(judge(null, true, null)).toBe('must-expire')
    expect(judge(null, true, NOW_MS + 9999 * DAY_MS)).toBe('allowed')
  })

  it('may say how long one may last, which wants it to expire', () => {
    expect(judge(90, false, null)).toBe('must-expire')
    expect(judge(90, false, NOW_MS + 90 * DAY_MS)).toBe('allowed')
    expect(judge(90, false, NOW_MS + 90 * DAY_MS + 6 * 60_000)).toBe('too-long')
  })

  it('counts days with whoever has a clock that runs a little ahead', () => {
    expect(judge(90, false, NOW_MS + 90 * DAY_MS + 5 * 60_000)).toBe('allowed')
  })
})
