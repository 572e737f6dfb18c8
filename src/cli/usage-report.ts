import type { UsageQuery } from '../client/keys.ts'
import type { KeyUsageRowSerializer, UsageStepChoices } from '../client/types.ts'
import { stepMs } from '../domain/usage-time.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import { parsePast } from './expiry.ts'
import { usage } from './failure.ts'
import type { ApiFlags } from './options.ts'
import { print } from './output.ts'
import { type Column, outputWidth, table } from './table.ts'

export interface UsageFlags extends ApiFlags {
  readonly step: UsageStepChoices
  readonly since?: string
  readonly until?: string
  readonly byFunction?: boolean
  readonly byKey?: boolean
}

/** What the rows of a key and of a function have in common. */
export type UsageRow = Omit<KeyUsageRowSerializer, 'function' | 'function_id'>

const BAR_CHARS = 24
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function isSplit({ byFunction, byKey }: UsageFlags): boolean {
  return byFunction === true || byKey === true
}

export function usageQuery<Part extends string>(flags: UsageFlags, part: Part): UsageQuery<Part> {
  return {
    step: flags.step,
    by: isSplit(flags) ? part : 'time',
    from: momentText('--since', flags.since),
    to: momentText('--until', flags.until),
  }
}

interface Report<T extends UsageRow> {
  readonly step: UsageStepChoices
  readonly from: string
  readonly to: string
  readonly results: readonly T[]
}

/**
 * A line for each row; on a terminal with a bar as long as the requests were many, and a line for each
 * step in which there were none.
 */
export function printUsage<T extends UsageRow>(
  report: Report<T>,
  part: Column<T> | undefined,
): void {
  const width = outputWidth()
  const isDrawn = width !== undefined
  const rows = isDrawn && part === undefined ? filled(report) : report.results
  print(table(columnsOf(rows, part, isDrawn), rows, width))
}

function columnsOf<T extends UsageRow>(
  rows: readonly T[],
  part: Column<T> | undefined,
  isDrawn: boolean,
): Column<T>[] {
  const most = Math.max(...rows.map((row) => row.requests))
  const why = { title: 'WHY', value: whyRefused, flexible: true }
  const bar = { title: '', value: (row: T) => barOf(row.requests / most) }
  return [
    { title: 'TIME (UTC)', value: (row) => row.time.replace('T', ' ').slice(0, 16) },
    ...(part === undefined ? [] : [part]),
    { title: 'REQUESTS', value: (row) => String(row.requests) },
    { title: 'REFUSED', value: (row) => String(refused(row)) },
    { title: '4XX', value: (row) => String(Math.max(0, row.statuses.client_error - refused(row))) },
    { title: '5XX', value: (row) => String(row.statuses.server_error) },
    { title: 'P50', value: (row) => duration(row.latency_ms.p50) },
    { title: 'P95', value: (row) => duration(row.latency_ms.p95) },
    { title: 'IN', value: (row) => bytes(row.bytes_received) },
    { title: 'OUT', value: (row) => bytes(row.bytes_sent) },
    ...(rows.some((row) => refused(row) > 0) ? [why] : []),
    ...(isDrawn ? [bar] : []),
  ]
}

/** What the requests were refused for, in the order of the verdicts; the others were let through or not judged. */
const REFUSALS = [
  ['missing', 'no key'],
  ['repeated', 'several keys'],
  ['malformed', 'no key at all'],
  ['unknown', 'unknown'],
  ['disabled', 'disabled'],
  ['not_yet', 'too early'],
  ['expired', 'expired'],
  ['not_granted', 'other function'],
  ['not_permitted', 'method or path'],
] as const satisfies readonly (readonly [keyof UsageRow['verdicts'], string])[]

function refused({ verdicts }: UsageRow): number {
  return REFUSALS.reduce((sum, [verdict]) => sum + verdicts[verdict], 0)
}

/** `2 expired, 1 method or path`. */
function whyRefused({ verdicts }: UsageRow): string {
  return REFUSALS.filter(([verdict]) => verdicts[verdict] > 0)
    .map(([verdict, why]) => `${verdicts[verdict]} ${why}`)
    .join(', ')
}

/** More lines than that are no drawing. */
const DRAWN_STEPS_MAX = 200

/** With a row for each step of the range, unless they are too many. */
export function filled<T extends UsageRow>({ step, from, to, results }: Report<T>): readonly T[] {
  const [first] = results
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  if (first === undefined || (toMs - fromMs) / stepMs(step) > DRAWN_STEPS_MAX) return results
  const known = new Map(results.map((row) => [row.time, row]))
  const rows: T[] = []
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs(step)) {
    const time = utcSeconds(atMs)
    rows.push(known.get(time) ?? { ...first, ...nothing(first), time })
  }
  return rows
}

function nothing({ verdicts, statuses }: UsageRow): Omit<UsageRow, 'time'> {
  const zeros = <R extends object>(record: R) =>
    Object.fromEntries(Object.keys(record).map((name) => [name, 0])) as R
  return {
    requests: 0,
    verdicts: zeros(verdicts),
    statuses: zeros(statuses),
    cold_starts: 0,
    bytes_received: 0,
    bytes_sent: 0,
    latency_ms: { mean: null, p50: null, p95: null, p99: null },
  }
}

/** RFC 3339, of what people write behind the flag. */
export function momentText(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const ms = parsePast(text, Date.now())
  if (ms === undefined) {
    throw usage(
      `${flag} must be 90m, 12h, 30d or 2w ago, a day or a moment (2027-01-01T12:00:00Z).`,
    )
  }
  return utcSeconds(ms)
}

/** Eighths of a character make short bars comparable. */
function barOf(part: number): string {
  const eighths = Math.round(part * BAR_CHARS * 8)
  const rest = eighths % 8
  const end = rest === 0 ? '' : String.fromCodePoint(0x2590 - rest)
  return '█'.repeat(Math.floor(eighths / 8)) + end
}

function duration(ms: number | null): string {
  if (ms === null) return ''
  if (ms >= 1000) return `${(ms / 1000).toPrecision(3)} s`
  return `${ms < 10 ? ms.toPrecision(2) : Math.round(ms)} ms`
}

function bytes(count: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3))
  const value = count / 1000 ** unit
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`
}
