/*
 *  2026-08-22T11:21:00.5+02:00     RFC 3339; the zone is required, `t`, `z` and a space are accepted
 */
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59Z')

/** Milliseconds since the epoch, cut down to the whole second; undefined when the text is no such time. */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const [zoneHours, zoneMinutes] = [Number(match[8] ?? 0), Number(match[9] ?? 0)]
  if (zoneHours > 23 || zoneMinutes > 59) return undefined
  const offsetMs = (match[7] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes) * 60_000
  const ms = utcMs(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 - offsetMs
  return ms < FIRST_MS || ms > LAST_MS ? undefined : ms
}

/** For times that a schema has let through. */
export function msOf(instant: string | null): number | null {
  return instant === null ? null : (parseInstant(instant) ?? null)
}

type Six = [number, number, number, number, number, number]

function daysInMonth(year: number, month: number): number {
  return new Date(utcMs(year, month + 1, 0)).getUTCDate()
}

/** Unlike `Date.UTC`, which moves the years 0 to 99 into the twentieth century. */
function utcMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}
