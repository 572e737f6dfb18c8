const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const UNITS = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** In the reader's zone and manner. */
export function localTime(time: string): string {
  return LOCAL.format(new Date(time))
}

/** `2027-01-01 12:00:00 UTC`. */
export function utcTime(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * `in 7 days`, `3 hours ago`, `yesterday`. Days from two on, so that nobody has to count hours; what is
 * left is never said to be more than it is.
 */
export function relativeTime(time: string, nowMs: number): string {
  const ms = new Date(time).getTime() - nowMs
  const [unit, unitMs] =
    UNITS.find((one) => Math.abs(ms) >= one[1] * (one[0] === 'day' ? 2 : 1)) ?? []
  if (unit === undefined || unitMs === undefined)
    return ms < 0 ? 'just now' : 'in less than a minute'
  return RELATIVE.format(Math.trunc(ms / unitMs), unit)
}

/** The reader's zone, `Europe/Berlin`. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
