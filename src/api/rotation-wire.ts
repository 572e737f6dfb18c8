import type { Key } from '../domain/key.ts'
import { liveRotation, oldSecretWorksUntilMs } from '../domain/key-rotation.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { KeyRotationWire } from './schemas/key-rotation.ts'

/** Null from the very moment on at which the old secret no longer works. */
export function rotationWire(key: Key, nowMs: number): KeyRotationWire | null {
  const rotation = liveRotation(key.rotation, nowMs)
  if (rotation === null) return null
  return {
    started_at: utcSeconds(rotation.startedAtMs),
    old_hint: rotation.oldHint,
    grace_seconds: rotation.graceSeconds,
    new_used_at: utcSecondsOrNull(rotation.newUsedAtMs),
    hard_end: utcSeconds(rotation.hardEndMs),
    old_ends_at: utcSeconds(oldSecretWorksUntilMs(key, rotation)),
  }
}
