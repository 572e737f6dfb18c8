import { isExpired, type Key, type KeyRotation, oldSecretEndMs } from './key.ts'

const DAY_MS = 86_400_000
export const GRACE_SECONDS = 86_400
export const GRACE_SECONDS_MAX = 30 * 86_400
/** How long an old secret lasts whose successor nobody uses, unless told, and at most. */
const HARD_END_MS = 30 * DAY_MS
const HARD_END_MS_MAX = 90 * DAY_MS

/*
 * A key has one secret, or two for a while:
 *
 *   rotate           the new one is the key's own now, the former one is old
 *   first use        of the new one: the old one has its grace left, and never more than to its hard end
 *   finish, the end  of the old one: one secret
 *   cancel           the old one is the key's own again, the new one is gone
 *   rotate again     (replacing) new never used: it goes, the old one stays old; else the old one goes
 */

/** The rotation if the old secret still has time; whether it is cleared away already means nothing. */
export function liveRotation(rotation: KeyRotation | null, nowMs: number): KeyRotation | null {
  return rotation === null || nowMs >= oldSecretEndMs(rotation) ? null : rotation
}

/** The first moment at which the old secret no longer works: its own end, or the key's. */
export function oldSecretWorksUntilMs(
  { expireMs }: Pick<Key, 'expireMs'>,
  rotation: KeyRotation,
): number {
  return Math.min(expireMs ?? Number.POSITIVE_INFINITY, oldSecretEndMs(rotation))
}

export interface RotationAsk {
  /** How long the old secret works after the first use of the new one. */
  readonly graceSeconds: number
  /** Null for 30 days from now. */
  readonly hardEndMs: number | null
  /** Whether a rotation that is under way may be replaced by this one. */
  readonly replaces: boolean
}

export type RotationStart =
  | { readonly kind: 'expired' }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'hard-end'; readonly message: string }
  | {
      readonly kind: 'start'
      /** Which secret is the old one now: the one that was the key's own, or the one that was old before. */
      readonly old: 'own' | 'old'
      readonly graceSeconds: number
      readonly hardEndMs: number
    }

/** What asking for a new secret comes to. */
export function startRotation(
  key: Pick<Key, 'expireMs' | 'rotation'>,
  ask: RotationAsk,
  nowMs: number,
): RotationStart {
  if (isExpired(key.expireMs, nowMs)) return { kind: 'expired' }
  const running = liveRotation(key.rotation, nowMs)
  if (running !== null && !ask.replaces) return { kind: 'under-way' }
  const { graceSeconds } = ask
  const hardEndMs = ask.hardEndMs ?? nowMs + HARD_END_MS
  const message = wrongHardEnd(hardEndMs - nowMs, graceSeconds)
  if (message !== undefined) return { kind: 'hard-end', message }
  if (running === null || running.newUsedAtMs !== null) {
    return { kind: 'start', old: 'own', graceSeconds, hardEndMs }
  }
  // To rotate again and again must not keep a secret alive that should have been gone.
  return {
    kind: 'start',
    old: 'old',
    graceSeconds,
    hardEndMs: Math.min(running.hardEndMs, hardEndMs),
  }
}

function wrongHardEnd(inMs: number, graceSeconds: number): string | undefined {
  if (inMs < graceSeconds * 1000) return 'must not come before the grace could be over'
  if (inMs <= 0) return 'must lie in the future'
  return inMs > HARD_END_MS_MAX ? 'must lie within 90 days' : undefined
}

export type RotationEnd =
  | { readonly kind: 'none' }
  | { readonly kind: 'new-used'; readonly atMs: number }
  | { readonly kind: 'end' }

/** Back to the old secret: not when callers use the new one, for it would be taken from them. */
export function cancelRotation(
  key: Pick<Key, 'rotation'>,
  isForced: boolean,
  nowMs: number,
): RotationEnd {
  const running = liveRotation(key.rotation, nowMs)
  if (running === null) return { kind: 'none' }
  const { newUsedAtMs } = running
  return newUsedAtMs === null || isForced
    ? { kind: 'end' }
    : { kind: 'new-used', atMs: newUsedAtMs }
}

/** The old secret ends now, whether or not the new one was used. */
export function finishRotation(key: Pick<Key, 'rotation'>, nowMs: number): RotationEnd {
  return liveRotation(key.rotation, nowMs) === null ? { kind: 'none' } : { kind: 'end' }
}

/** That the new secret of a rotation opened a function. */
export interface FirstUse {
  readonly keyId: string
  /** Of the secret: what is told late must not be taken for a use of another one. */
  readonly digest: string
  readonly atMs: number
}

/** When the new secret counts as used: no clock of another machine moves it out of the rotation's time. */
export function firstUseAtMs(
  { startedAtMs }: Pick<KeyRotation, 'startedAtMs'>,
  toldAtMs: number,
  nowMs: number,
): number {
  return Math.max(startedAtMs, Math.min(toldAtMs, nowMs))
}
