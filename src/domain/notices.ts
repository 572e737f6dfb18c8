import { unreachable } from '../lib/assert.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { NewEvent } from './events.ts'
import { type Key, keyStatus } from './key.ts'
import type { KeySettings } from './key-settings.ts'
import type { Scope } from './names.ts'

const DAY_MS = 86_400_000
/** Stands among the days before an expiry for the expiry itself. */
export const EXPIRED = 0

/** What a project wants to be told of. */
export type NoticeRules = Pick<KeySettings, 'noticeDays' | 'unusedDays'>

export interface WatchedKey
  extends Pick<Key, 'createdAtMs' | 'notBeforeMs' | 'expireMs' | 'disabledAtMs'> {
  /** Null when it never opened anything. */
  readonly lastUsedAtMs: number | null
}

/** What was told of a key. */
export interface NoticeState {
  /** When the expiry that the key has was set. */
  readonly expirySetAtMs: number
  /** Of the newest notice of that expiry: so many days before, or {@link EXPIRED}; null for none. */
  readonly toldDays: number | null
  /** Since when the key was unused when that was told; null when it never was. */
  readonly toldUnusedSinceMs: number | null
}

export type Notice =
  | { readonly kind: 'expiring'; readonly days: number; readonly expireMs: number }
  | { readonly kind: 'expired'; readonly expireMs: number }
  | { readonly kind: 'unused'; readonly days: number; readonly sinceMs: number }

export interface Look {
  /** To be given now. */
  readonly notices: readonly Notice[]
  /** What was told once they are given. */
  readonly state: NoticeState
  /** When something may be due next, as far as is known; null for not before the key is changed. */
  readonly nextLookMs: number | null
}

/** Whatever the clock did meanwhile, what the state says was told is not told again. */
export function lookAt(
  key: WatchedKey,
  state: NoticeState,
  rules: NoticeRules,
  nowMs: number,
): Look {
  const expiry = lookAtExpiry(key.expireMs, state, rules.noticeDays, nowMs)
  const unused = lookAtUse(key, state, rules.unusedDays, nowMs)
  return {
    notices: [expiry.notice, unused.notice].filter((notice) => notice !== null),
    state: {
      expirySetAtMs: state.expirySetAtMs,
      toldDays: expiry.toldDays,
      toldUnusedSinceMs: unused.toldUnusedSinceMs,
    },
    nextLookMs: earliest(expiry.nextLookMs, unused.nextLookMs),
  }
}

/** What operators are told; equal `once` for equal notices of one key, and for no others. */
export function noticeEvent(
  of: { readonly id: string; readonly name: string; readonly scope: Scope; key: WatchedKey },
  notice: Notice,
): NewEvent {
  const { id: keyId, name: keyName, scope, key } = of
  const disabled = key.disabledAtMs !== null
  const common = { scope, keyId, keyName }
  switch (notice.kind) {
    case 'expiring':
      return {
        ...common,
        type: 'key.expiring',
        data: { expires_at: utcSeconds(notice.expireMs), days_before: notice.days, disabled },
        once: `expiry/${keyId}/${notice.expireMs}/${notice.days}`,
      }
    case 'expired':
      return {
        ...common,
        type: 'key.expired',
        data: { expired_at: utcSeconds(notice.expireMs), disabled },
        once: `expiry/${keyId}/${notice.expireMs}/${EXPIRED}`,
      }
    case 'unused':
      return {
        ...common,
        type: 'key.unused',
        data: { unused_days: notice.days, last_used_at: utcSecondsOrNull(key.lastUsedAtMs) },
        once: `unused/${keyId}/${notice.sinceMs}`,
      }
    default:
      return unreachable(notice)
  }
}

/**
 * Of the moments that have come, the latest alone is told of. Those that lay before the expiry was set,
 * or at that very moment, are none: who set it knows.
 */
function lookAtExpiry(
  expireMs: number | null,
  { expirySetAtMs, toldDays }: NoticeState,
  noticeDays: readonly number[],
  nowMs: number,
) {
  if (expireMs === null) return { notice: null, toldDays, nextLookMs: null }
  const momentOf = (days: number) => expireMs - days * DAY_MS
  const open = [...noticeDays.filter((days) => days > EXPIRED), EXPIRED]
    .filter((days) => toldDays === null || days < toldDays)
    .filter((days) => momentOf(days) > expirySetAtMs)
    .sort((a, b) => a - b)
  const days = open.find((one) => momentOf(one) <= nowMs)
  const next = open.findLast((one) => momentOf(one) > nowMs)
  return {
    notice: days === undefined ? null : expiryNotice(days, expireMs),
    toldDays: days ?? toldDays,
    nextLookMs: next === undefined ? null : momentOf(next),
  }
}

function expiryNotice(days: number, expireMs: number): Notice {
  return days === EXPIRED ? { kind: 'expired', expireMs } : { kind: 'expiring', days, expireMs }
}

/**
 * A key that cannot be used is not told of as unused. Uses change nothing here: whether there was one is
 * seen when the time has come, so that a key in use is looked at once in so many days.
 */
function lookAtUse(
  key: WatchedKey,
  { toldUnusedSinceMs }: NoticeState,
  unusedDays: number,
  nowMs: number,
): { notice: Notice | null; toldUnusedSinceMs: number | null; nextLookMs: number | null } {
  const status = keyStatus(key, nowMs)
  const nothing = { notice: null, toldUnusedSinceMs }
  if (unusedDays <= 0 || status === 'Disabled' || status === 'Expired') {
    return { ...nothing, nextLookMs: null }
  }
  const { lastUsedAtMs, createdAtMs, notBeforeMs } = key
  const wasTold =
    toldUnusedSinceMs !== null && (lastUsedAtMs === null || lastUsedAtMs <= toldUnusedSinceMs)
  // A use from now on makes it due no sooner than that.
  if (wasTold) return { ...nothing, nextLookMs: nowMs + unusedDays * DAY_MS }
  const sinceMs = Math.max(createdAtMs, notBeforeMs ?? createdAtMs, lastUsedAtMs ?? createdAtMs)
  const dueMs = sinceMs + unusedDays * DAY_MS
  if (dueMs > nowMs) return { ...nothing, nextLookMs: dueMs }
  return {
    notice: { kind: 'unused', days: unusedDays, sinceMs },
    toldUnusedSinceMs: sinceMs,
    nextLookMs: nowMs + unusedDays * DAY_MS,
  }
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
