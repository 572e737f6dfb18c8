import type { UsageQuery } from '../client/keys.ts'
import type { KeyUsageRowSerializer, UsageStepChoices } from '../client/types.ts'
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

/** A line for each row; on a terminal with a bar as long as the requests were many. */
export function printUsage<T extends UsageRow>(
  rows: readonly T[],
  part: Column<T> | undefined,
): void {
  const most = Math.max(...rows.map((row) => row.requests))
  const bar = { title: '', value: (row: T) => barOf(row.requests / most) }
  const columns: readonly Column<T>[] = [
    { title: 'TIME (UTC)', value: (row) => row.time.replace('T', ' ').slice(0, 16) },
    ...(part === undefined ? [] : [part]),
    { title: 'REQUESTS', value: (row) => String(row.requests) },
    { title: 'REFUSED', value: (row) => String(row.statuses.client_error) },
    { title: 'FAILED', value: (row) => String(row.statuses.server_error) },
    { title: 'P50', value: (row) => duration(row.latency_ms.p50) },
    { title: 'P95', value: (row) => duration(row.latency_ms.p95) },
    { title: 'IN', value: (row) => bytes(row.bytes_received) },
    { title: 'OUT', value: (row) => bytes(row.bytes_sent) },
    ...(outputWidth() === undefined ? [] : [bar]),
  ]
  print(table(columns, rows, outputWidth()))
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
  return ms < 1000 ? `${ms.toPrecision(2)} ms` : `${(ms / 1000).toPrecision(3)} s`
}

function bytes(count: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3))
  const value = count / 1000 ** unit
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`
}
