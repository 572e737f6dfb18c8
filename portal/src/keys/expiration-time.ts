import type { KeySettingsSerializer } from '../../../src/client/types.ts'
import { judgeExpiry } from '../../../src/domain/key-policy.ts'
import { utcSeconds } from '../../../src/lib/utc-time.ts'
import { counted } from '../ui/counted.ts'

/** What the project asks of its keys. */
export type KeyPolicy = Pick<KeySettingsSerializer, 'key_life_days_max' | 'keys_must_expire'>

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** From here on a key asks for attention. */
const SOON_DAYS = 14

export const PRESETS: readonly { readonly days: number; readonly label: string }[] = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'A year' },
]

/** The longest life that the project allows, when it allows no preset. */
export function presetsUnder(policy: KeyPolicy | undefined) {
  const most = policy?.key_life_days_max ?? null
  if (most === null || PRESETS.some(({ days }) => days <= most)) return PRESETS
  return [{ days: most, label: counted(most, 'day') }, ...PRESETS]
}

export function inDays(days: number, nowMs: number): string {
  return utcSeconds(nowMs + days * DAY_MS)
}

/** The preset that this time is of, as of now. */
export function presetOf(value: string | null, nowMs: number) {
  if (value === null) return undefined
  const isNear = (days: number) => Math.abs(Date.parse(value) - nowMs - days * DAY_MS) < MINUTE_MS
  const found = PRESETS.find(({ days }) => isNear(days))
  return found && { days: found.days, value }
}

/** What a new key has before anything is chosen: 90 days, or as long as the project allows. */
export function firstExpiration(policy: KeyPolicy | undefined, nowMs: number): string {
  return inDays(Math.min(90, policy?.key_life_days_max ?? 90), nowMs)
}

export function mayBeForever(policy: KeyPolicy | undefined): boolean {
  return policy === undefined || (!policy.keys_must_expire && policy.key_life_days_max === null)
}

/** Why the server would not take this expiry now; undefined when it would. */
export function expirationFault(
  value: string | null,
  policy: KeyPolicy | undefined,
  notBefore: string | null | undefined,
  nowMs: number,
): string | undefined {
  const expireMs = value === null ? null : Date.parse(value)
  if (expireMs !== null && expireMs <= nowMs) return 'This time is past.'
  if (typeof notBefore === 'string' && expireMs !== null && expireMs <= Date.parse(notBefore)) {
    return 'The key would end before it starts.'
  }
  if (policy === undefined) return undefined
  const keyLifeDaysMax = policy.key_life_days_max
  const verdict = judgeExpiry(
    { keyLifeDaysMax, keysMustExpire: policy.keys_must_expire },
    expireMs,
    nowMs,
  )
  if (verdict.kind === 'allowed') return undefined
  if (verdict.kind === 'must-expire') return 'Keys of this project must expire.'
  const most = counted(verdict.daysMax, 'day')
  return `Keys of this project last ${most} at most: until ${timeText(verdict.latestMs)}.`
}

const LONG = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' })

/** In the reader's zone, by its name: `22 December 2026 at 10:00`. */
export function timeText(time: string | number): string {
  return LONG.format(new Date(time))
}

/** `2026-12-22 09:00 UTC` */
export function utcText(time: string): string {
  return `${utcSeconds(Date.parse(time)).slice(0, 16).replace('T', ' ')} UTC`
}

/** `Europe/Berlin, UTC+01:00` at that time. */
export function zoneText(time: Date): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const minutes = -time.getTimezoneOffset()
  if (minutes === 0) return timeZone === 'UTC' ? 'UTC' : `${timeZone}, UTC+00:00`
  const of = (number: number) => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  const offset = `${minutes < 0 ? '−' : '+'}${of(Math.floor(size / 60))}:${of(size % 60)}`
  return `${timeZone}, UTC${offset}`
}

/** `29 days left`, `5 hours left`, `ended 3 days ago`. Rounded down: a key never has less than this says. */
export function leftText(expire: string, nowMs: number): string {
  const leftMs = Date.parse(expire) - nowMs
  if (leftMs <= 0) return leftMs > -MINUTE_MS ? 'ended just now' : `ended ${spanText(-leftMs)} ago`
  return `${spanText(leftMs)} left`
}

export function spanText(ms: number): string {
  if (ms >= 2 * DAY_MS) return counted(Math.floor(ms / DAY_MS), 'day')
  if (ms >= 2 * HOUR_MS) return counted(Math.floor(ms / HOUR_MS), 'hour')
  if (ms >= MINUTE_MS) return counted(Math.floor(ms / MINUTE_MS), 'minute')
  return 'less than a minute'
}

export function isSoon(expire: string, nowMs: number): boolean {
  const leftMs = Date.parse(expire) - nowMs
  return leftMs > 0 && leftMs < SOON_DAYS * DAY_MS
}

/** A moment as its fields show it, in the reader's zone. */
export function fieldsOf(time: string): { date: string; time: string } {
  const at = new Date(time)
  const of = (number: number) => String(number).padStart(2, '0')
  return {
    date: `${at.getFullYear()}-${of(at.getMonth() + 1)}-${of(at.getDate())}`,
    time: `${of(at.getHours())}:${of(at.getMinutes())}`,
  }
}

/** The reverse; undefined when they name no moment. */
export function momentOf(date: string, time: string): string | undefined {
  const at = new Date(`${date}T${time}:00`)
  return Number.isNaN(at.getTime()) ? undefined : utcSeconds(at.getTime())
}
