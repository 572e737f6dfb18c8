const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const DURATION = /^(\d{1,6})([mhdw])$/
const DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)?$/
/** A time in the API has a year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59)

export const EXPIRY_FORMS =
  '90m, 12h, 30d, 2w, a day (2027-01-01, from its first moment in UTC), a moment (2027-01-01T12:00:00Z) or never'

export type Expiry =
  | { readonly kind: 'never' }
  /** Milliseconds since the Unix epoch, whole seconds. */
  | { readonly kind: 'at'; readonly ms: number }
  /** A sentence for the one who wrote it. */
  | { readonly kind: 'invalid'; readonly reason: string }

/** Reads what people write behind `--expire`. */
export function parseExpiry(text: string, nowMs: number): Expiry {
  if (text === 'never') return { kind: 'never' }
  const ms = fromDuration(text, nowMs) ?? fromDate(text)
  if (ms === undefined) return invalid(`must be one of ${EXPIRY_FORMS}`)
  if (ms <= nowMs) return invalid('lies in the past')
  if (ms > LATEST_MS) return invalid('lies beyond the year 9999')
  return { kind: 'at', ms: Math.floor(ms / 1000) * 1000 }
}

/** A moment before now: so long ago, a day or a moment itself. Undefined when the text is none. */
export function parsePast(text: string, nowMs: number): number | undefined {
  const later = fromDuration(text, nowMs)
  return later === undefined ? fromDate(text) : nowMs - (later - nowMs)
}

/** `90m`, `12h`, `30d`, `2w`; undefined when the text is none of these. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text)
  return match === null ? undefined : Number(match[1]) * UNIT_MS[match[2]!]!
}

/** `2 minutes ago`, `3 days ago`. */
export function timeSince(ms: number, nowMs: number): string {
  const past = nowMs - ms
  if (past >= 2 * UNIT_MS.d!) return `${Math.floor(past / UNIT_MS.d!)} days ago`
  if (past >= 2 * UNIT_MS.h!) return `${Math.floor(past / UNIT_MS.h!)} hours ago`
  if (past >= 2 * UNIT_MS.m!) return `${Math.floor(past / UNIT_MS.m!)} minutes ago`
  return 'within 2 minutes'
}

/** `in 29 days`, `in 5 hours`, `expired`. Rounded down: a key never has less time than this says. */
export function timeLeft(ms: number, nowMs: number): string {
  const left = ms - nowMs
  if (left <= 0) return 'expired'
  if (left >= 2 * UNIT_MS.d!) return `in ${Math.floor(left / UNIT_MS.d!)} days`
  if (left >= 2 * UNIT_MS.h!) return `in ${Math.floor(left / UNIT_MS.h!)} hours`
  if (left >= 2 * UNIT_MS.m!) return `in ${Math.floor(left / UNIT_MS.m!)} minutes`
  return 'within 2 minutes'
}

function invalid(reason: string): Expiry {
  return { kind: 'invalid', reason }
}

function fromDuration(text: string, nowMs: number): number | undefined {
  const ms = parseDurationMs(text)
  return ms === undefined ? undefined : nowMs + ms
}

/** Days that no month has (2027-02-30) are refused instead of carried over. */
function fromDate(text: string): number | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const date = new Date(`${match[1]}${match[2] ?? 'T00:00:00Z'}`)
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(match[1]!)
  return exists ? date.getTime() : undefined
}
