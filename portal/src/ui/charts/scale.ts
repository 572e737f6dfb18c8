const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far apart times may be written on an axis. */
const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 3, 7, 14, 28, 91].map((days) => days * DAY_MS),
]
const PX_PER_TIME = 72
const VALUE_LINES = 4

/** From 0 to the first round number that is not below the highest value; whole numbers where those count things. */
export function valueTicks(highest: number, isWhole: boolean): readonly number[] {
  const top = Math.max(highest, isWhole ? 1 : Number.EPSILON)
  const rough = top / VALUE_LINES
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = [1, 2, 2.5, 5, 10].map((part) => part * power).find((step) => step >= rough)!
  const step = isWhole ? Math.max(1, Math.ceil(nice)) : nice
  const count = Math.max(1, Math.ceil(top / step - 1e-9))
  return Array.from({ length: count + 1 }, (_, i) => i * step)
}

/**
 * Round times of the reader's zone within the range, no more than there is room for; days are UTC's where a step is one.
 * The library that draws would name the middle of every step.
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  widthPx: number,
  stepMs = MINUTE_MS,
): readonly number[] {
  const wanted = Math.max(2, Math.floor(widthPx / PX_PER_TIME))
  const everyMs =
    TIME_STEPS_MS.find((step) => step >= stepMs && (toMs - fromMs) / step <= wanted) ??
    TIME_STEPS_MS.at(-1)!
  const up = stepMs >= DAY_MS ? roundUpUtc : roundUp
  const ticks: number[] = []
  for (let atMs = up(fromMs, everyMs); atMs < toMs; atMs = up(atMs + 1, everyMs)) ticks.push(atMs)
  return ticks
}

function roundUpUtc(atMs: number, everyMs: number): number {
  return Math.ceil(atMs / everyMs) * everyMs
}

/** By the reader's wall clock: a day begins at their midnight, also where a day has 23 hours. */
function roundUp(atMs: number, everyMs: number): number {
  const offsetMs = zoneOffsetMs(atMs)
  const roundMs = Math.ceil((atMs + offsetMs) / everyMs) * everyMs - offsetMs
  const movedMs = roundMs + offsetMs - zoneOffsetMs(roundMs)
  return movedMs > atMs - 1 ? movedMs : roundMs
}

function zoneOffsetMs(atMs: number): number {
  return -new Date(atMs).getTimezoneOffset() * MINUTE_MS
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const UTC_DAY = new Intl.DateTimeFormat(undefined, {
  ...{ day: 'numeric', month: 'short', timeZone: 'UTC' },
})
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
})

/** On the axis: midnight is called by its day. */
export function tickText(atMs: number, stepMs = MINUTE_MS): string {
  const date = new Date(atMs)
  if (stepMs >= DAY_MS) return UTC_DAY.format(date)
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0
  return isMidnight ? DAY.format(date) : TIME.format(date)
}

/** Of a step: `09:41`, with its day where the range is of several, the day alone, UTC's, where a step is one. */
export function stepText(atMs: number, stepMs: number, rangeMs: number): string {
  const format = stepMs >= DAY_MS ? UTC_DAY : rangeMs > DAY_MS ? DAY_AND_TIME : TIME
  return format.format(new Date(atMs))
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const PLAIN = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** `1,204`. */
export function plainNumber(value: number): string {
  return PLAIN.format(value)
}

/** `1.2K`, for axes and rows. */
export function shortNumber(value: number): string {
  return COMPACT.format(value)
}

/** `0.42 ms`, `38 ms`, `1.2 s`. */
export function durationText(ms: number | null): string {
  if (ms === null) return '—'
  if (ms >= 1000) return `${PLAIN.format(Number((ms / 1000).toPrecision(2)))} s`
  return `${PLAIN.format(ms < 10 ? Number(ms.toPrecision(2)) : Math.round(ms))} ms`
}
