import type { KeyIdentity } from './key-table.ts'

/** Tells a caller when the secret that it used ends. */
export const KEY_EXPIRES = 'latchkey-key-expires'

const TOLD_BEFORE_MS = 30 * 24 * 60 * 60 * 1000
const texts = new WeakMap<KeyIdentity, string>()

/** `2026-12-01T00:00:00Z` when the secret ends within 30 days; undefined otherwise. */
export function soonExpiry(key: KeyIdentity, nowMs: number): string | undefined {
  const { expireMs } = key
  if (expireMs === null || expireMs - nowMs > TOLD_BEFORE_MS) return undefined
  return texts.get(key) ?? newText(key, expireMs)
}

/** Never later than it is, though to the second. */
function newText(key: KeyIdentity, expireMs: number): string {
  const text = `${new Date(expireMs).toISOString().slice(0, 19)}Z`
  texts.set(key, text)
  return text
}
