const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const
/** Beyond that days say more than a number of them. */
const DAY_SECONDS = 86_400

export function isWithinDay(time: string, nowMs = Date.now()): boolean {
  return Math.abs(Date.parse(time) - nowMs) < DAY_SECONDS * 1000
}

/** `2 days`, `90 minutes`, `none`: a length of time in the largest unit that divides it. */
export function lengthText(seconds: number): string {
  if (seconds === 0) return 'none'
  for (const [unit, length] of UNITS) {
    if (seconds % length === 0) return `${seconds / length} ${unit}${seconds === length ? '' : 's'}`
  }
  return `${seconds} seconds`
}
