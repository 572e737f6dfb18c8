import { Cron } from 'croner'

/** Minutes first, or seconds where there are six. No nicknames, dates or years. */
const FIELDS = /^\S+(?: +\S+){4,5}$/

/** What is wrong with a schedule, as it ends the sentence "schedule …"; undefined when nothing is. */
export function scheduleFault(
  schedule: string,
  timezone: string,
  nowMs: number,
): string | undefined {
  if (!FIELDS.test(schedule)) {
    return 'must have five fields (minute, hour, day of month, month, day of week), or six with seconds first'
  }
  try {
    return nextTick(schedule, timezone, nowMs) === null ? 'never comes to pass' : undefined
  } catch (error) {
    return `cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')}`
  }
}

/** Names of the IANA database, such as `Europe/Vienna`. */
export function isTimezone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    // Offsets are time zones to `Intl`, and have no summer.
    return /^[A-Za-z]/.test(timezone)
  } catch {
    return false
  }
}

/** The first moment after `afterMs` at which the schedule comes to pass; null for never. */
export function nextTick(schedule: string, timezone: string, afterMs: number): number | null {
  return cronOf(schedule, timezone).nextRun(new Date(afterMs))?.getTime() ?? null
}

/** The last one that is not after `nowMs`; null for none. */
export function newestTick(schedule: string, timezone: string, nowMs: number): number | null {
  // It looks for what lies before, in whole seconds.
  const before = new Date(Math.floor(nowMs / 1000) * 1000 + 1000)
  const [tick] = cronOf(schedule, timezone).previousRuns(1, before)
  return tick === undefined ? null : tick.getTime()
}

/**
 * Where clocks are set forward, a fixed time that does not exist comes to pass at the first one that does;
 * one that is there twice comes to pass once. What is repeated by `*` or a step goes by the time that passes.
 */
function cronOf(schedule: string, timezone: string): Cron {
  return new Cron(schedule, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
}
