import type { KeySettings } from './key-settings.ts'

const DAY_MS = 86_400_000
/** Who counts the days from a clock that runs a little ahead of this one means the same number. */
const CLOCK_SLACK_MS = 5 * 60_000

export type KeyPolicyVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'must-expire' }
  /** It would live longer than the project allows; `latestMs` is the last expiry that it may have now. */
  | { readonly kind: 'too-long'; readonly daysMax: number; readonly latestMs: number }

/**
 * Whether a key of the project may have this expiry, as it is created, renewed or restored at
 * `nowMs`. Keys that are there already are not asked.
 */
export function judgeExpiry(
  { keyLifeDaysMax, keysMustExpire }: Pick<KeySettings, 'keyLifeDaysMax' | 'keysMustExpire'>,
  expireMs: number | null,
  nowMs: number,
): KeyPolicyVerdict {
  if (expireMs === null) {
    return keysMustExpire || keyLifeDaysMax !== null ? { kind: 'must-expire' } : { kind: 'allowed' }
  }
  if (keyLifeDaysMax === null) return { kind: 'allowed' }
  const latestMs = nowMs + keyLifeDaysMax * DAY_MS
  if (expireMs <= latestMs + CLOCK_SLACK_MS) return { kind: 'allowed' }
  return { kind: 'too-long', daysMax: keyLifeDaysMax, latestMs }
}
