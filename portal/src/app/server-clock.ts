/** Answers tell whole seconds and were under way; what is less apart counts as the same. */
const ALIKE_MS = 60_000

let aheadMs = 0

/** @param date - the `Date` of an answer that has just come. */
export function noteServerTime(date: string | null): void {
  const ms = Date.parse(date ?? '') - Date.now()
  if (Number.isNaN(ms)) return
  aheadMs = Math.abs(ms) < ALIKE_MS ? 0 : ms
}

/** By the server's clock, for what it is asked for: a browser's may be hours off. */
export function serverNowMs(): number {
  return Date.now() + aheadMs
}
