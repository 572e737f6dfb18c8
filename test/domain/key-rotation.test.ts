import { describe, expect, it } from 'vitest'
import { type KeyRotation, oldSecretEndMs } from '../../src/domain/key.ts'
import {
  cancelRotation,
  finishRotation,
  firstUseAtMs,
  GRACE_SECONDS,
  GRACE_SECONDS_MAX,
  liveRotation,
  oldSecretWorksUntilMs,
  type RotationAsk,
  startRotation,
} from '../../src/domain/key-rotation.ts'

const NOW = Date.parse('2026-08-22T11:21:00Z')
const DAY_MS = 86_400_000
const PLAIN = { expireMs: null, rotation: null }

function ask(changes: Partial<RotationAsk> = {}): RotationAsk {
  return { graceSeconds: GRACE_SECONDS, hardEndMs: null, replaces: false, ...changes }
}

function running(changes: Partial<KeyRotation> = {}): KeyRotation {
  const times = {
    startedAtMs: NOW - DAY_MS,
    graceSeconds: 3600,
    newUsedAtMs: null,
    hardEndMs: NOW + 10 * DAY_MS,
    ...changes,
  }
  return { oldHint: 'lk_…abcd', oldEndsAtMs: oldSecretEndMs(times), ...times }
}

describe('beginning a rotation', () => {
  it('makes the key’s own secret the old one, for 30 days if nobody uses the new one', () => {
    expect(startRotation(PLAIN, ask(), NOW)).toEqual({
      kind: 'start',
      old: 'own',
      graceSeconds: 86_400,
      hardEndMs: NOW + 30 * DAY_MS,
    })
    const longest = ask({ graceSeconds: GRACE_SECONDS_MAX })
    expect(startRotation(PLAIN, longest, NOW)).toMatchObject({ hardEndMs: NOW + 30 * DAY_MS })
  })

  it('refuses a hard end that cuts the grace short, has passed, or is far away', () => {
    const kindAt = (hardEndMs: number, graceSeconds = 3600) =>
      startRotation(PLAIN, ask({ hardEndMs, graceSeconds }), NOW).kind
    expect(kindAt(NOW + 3_599_999)).toBe('hard-end')
    expect(kindAt(NOW + 3_600_000)).toBe('start')
    expect(kindAt(NOW, 0)).toBe('hard-end')
    expect(kindAt(NOW + 1, 0)).toBe('start')
    expect(kindAt(NOW + 90 * DAY_MS)).toBe('start')
    expect(kindAt(NOW + 90 * DAY_MS + 1)).toBe('hard-end')
  })

  it('is refused for a key that has expired, at the very millisecond', () => {
    expect(startRotation({ ...PLAIN, expireMs: NOW }, ask(), NOW).kind).toBe('expired')
    expect(startRotation({ ...PLAIN, expireMs: NOW + 1 }, ask(), NOW).kind).toBe('start')
  })

  it('is refused while another runs, until that has ended', () => {
    const key = { ...PLAIN, rotation: running({ hardEndMs: NOW + 1 }) }
    expect(startRotation(key, ask(), NOW).kind).toBe('under-way')
    expect(startRotation(key, ask(), NOW + 1)).toMatchObject({ kind: 'start', old: 'own' })
  })

  it('replaces a new secret that was never used, and gives the old one no more time', () => {
    const key = { ...PLAIN, rotation: running() }
    const replaced = startRotation(key, ask({ replaces: true, graceSeconds: 60 }), NOW)
    expect(replaced).toEqual({
      kind: 'start',
      old: 'old',
      graceSeconds: 60,
      hardEndMs: NOW + 10 * DAY_MS,
    })
    const later = startRotation(key, ask({ replaces: true, hardEndMs: NOW + 20 * DAY_MS }), NOW)
    expect(later).toMatchObject({ hardEndMs: NOW + 10 * DAY_MS })
    const sooner = startRotation(key, ask({ replaces: true, hardEndMs: NOW + 2 * DAY_MS }), NOW)
    expect(sooner).toMatchObject({ hardEndMs: NOW + 2 * DAY_MS })
  })

  it('makes a new secret that is in use the old one: the one before it goes', () => {
    const key = { ...PLAIN, rotation: running({ newUsedAtMs: NOW - 1 }) }
    expect(startRotation(key, ask({ replaces: true }), NOW)).toEqual({
      kind: 'start',
      old: 'own',
      graceSeconds: 86_400,
      hardEndMs: NOW + 30 * DAY_MS,
    })
  })
})

describe('the end of the old secret', () => {
  it('is the hard end until the new one is used, then the grace, whichever is first', () => {
    expect(oldSecretEndMs(running())).toBe(NOW + 10 * DAY_MS)
    expect(oldSecretEndMs(running({ newUsedAtMs: NOW }))).toBe(NOW + 3_600_000)
    expect(oldSecretEndMs(running({ newUsedAtMs: NOW + 10 * DAY_MS - 1 }))).toBe(NOW + 10 * DAY_MS)
    expect(oldSecretEndMs(running({ newUsedAtMs: NOW, graceSeconds: 0 }))).toBe(NOW)
  })

  it('ends the rotation at that very millisecond', () => {
    const rotation = running({ newUsedAtMs: NOW })
    expect(liveRotation(rotation, NOW + 3_599_999)).toBe(rotation)
    expect(liveRotation(rotation, NOW + 3_600_000)).toBeNull()
    expect(liveRotation(null, NOW)).toBeNull()
  })

  it('comes with the end of the key when that is sooner', () => {
    const rotation = running({ newUsedAtMs: NOW })
    expect(oldSecretWorksUntilMs({ expireMs: NOW + 5 }, rotation)).toBe(NOW + 5)
    expect(oldSecretWorksUntilMs({ expireMs: null }, rotation)).toBe(NOW + 3_600_000)
  })
})

describe('ending a rotation by hand', () => {
  it('needs one that runs', () => {
    for (const rotation of [null, running({ hardEndMs: NOW })]) {
      expect(cancelRotation({ rotation }, true, NOW)).toEqual({ kind: 'none' })
      expect(finishRotation({ rotation }, NOW)).toEqual({ kind: 'none' })
    }
  })

  it('goes back to the old secret unless the new one is in use, or by force', () => {
    expect(cancelRotation({ rotation: running() }, false, NOW)).toEqual({ kind: 'end' })
    const rotation = running({ newUsedAtMs: NOW - 7 })
    expect(cancelRotation({ rotation }, false, NOW)).toEqual({ kind: 'new-used', atMs: NOW - 7 })
    expect(cancelRotation({ rotation }, true, NOW)).toEqual({ kind: 'end' })
  })

  it('finishes whether or not the new secret was used', () => {
    expect(finishRotation({ rotation: running() }, NOW)).toEqual({ kind: 'end' })
    expect(finishRotation({ rotation: running({ newUsedAtMs: NOW }) }, NOW)).toEqual({
      kind: 'end',
    })
  })
})

it('takes a first use for no earlier than the rotation and no later than now', () => {
  const rotation = { startedAtMs: NOW - 1000 }
  expect(firstUseAtMs(rotation, NOW - 500, NOW)).toBe(NOW - 500)
  expect(firstUseAtMs(rotation, NOW - 5000, NOW)).toBe(NOW - 1000)
  expect(firstUseAtMs(rotation, NOW + 5000, NOW)).toBe(NOW)
})
