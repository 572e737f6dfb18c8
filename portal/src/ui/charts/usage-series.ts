import type {
  FunctionInstancesSerializer,
  UsageLatencySerializer,
  UsageStatusesSerializer,
  UsageStepChoices,
  UsageVerdictsSerializer,
} from '../../../../src/client/types.ts'
import { stepMs } from '../../../../src/domain/usage-time.ts'
import { counted } from '../counted.ts'
import { durationText, plainNumber, stepText } from './scale.ts'
import { type ChartPoint, COLORS, type Series } from './series.ts'

/** What the usage of a key and of a function have in common, told by time. */
export interface UsageReport {
  readonly step: UsageStepChoices
  readonly from: string
  readonly to: string
  readonly results: readonly UsageReportRow[]
}

export interface UsageReportRow {
  readonly time: string
  readonly requests: number
  readonly verdicts: UsageVerdictsSerializer
  readonly statuses: UsageStatusesSerializer
  readonly cold_starts: number
  readonly latency_ms: UsageLatencySerializer
}

type VerdictName = keyof UsageVerdictsSerializer

/** In the order in which they are stacked. */
export const VERDICT_SERIES = [
  { id: 'allowed', label: 'Allowed', color: COLORS.cyan },
  { id: 'unjudged', label: 'Not judged', color: COLORS.gray, pattern: 'dots' },
  { id: 'missing', label: 'No key', color: COLORS.orange, pattern: 'stripes' },
  { id: 'repeated', label: 'Several keys', color: COLORS.brown, pattern: 'dots' },
  { id: 'malformed', label: 'Malformed', color: COLORS.grape, pattern: 'back-stripes' },
  { id: 'unknown', label: 'Unknown', color: COLORS.red, pattern: 'grid' },
  { id: 'expired', label: 'Expired', color: COLORS.brown, pattern: 'back-stripes' },
  { id: 'disabled', label: 'Disabled', color: COLORS.gray, pattern: 'stripes' },
  { id: 'not_yet', label: 'Not yet valid', color: COLORS.indigo, pattern: 'stripes' },
  { id: 'not_granted', label: 'Not granted', color: COLORS.pink, pattern: 'grid' },
  { id: 'not_permitted', label: 'Not permitted', color: COLORS.grape, pattern: 'dots' },
] as const satisfies readonly (Series & { readonly id: VerdictName })[]

const STATUS_SERIES = [
  { id: 'success', label: '2xx', color: COLORS.green },
  { id: 'redirect', label: '3xx', color: COLORS.blue, pattern: 'dots' },
  { id: 'client_error', label: '4xx', color: COLORS.orange, pattern: 'stripes' },
  { id: 'server_error', label: '5xx', color: COLORS.red, pattern: 'grid' },
  { id: 'none', label: 'Caller left', color: COLORS.gray, pattern: 'back-stripes' },
] as const satisfies readonly (Series & { readonly id: keyof UsageStatusesSerializer })[]

const LATENCY_SERIES = [
  { id: 'p50', label: 'p50', color: COLORS.cyan },
  { id: 'p95', label: 'p95', color: COLORS.orange, dash: '6 3' },
  { id: 'p99', label: 'p99', color: COLORS.red, dash: '2 3' },
] as const satisfies readonly (Series & { readonly id: keyof UsageLatencySerializer })[]

export interface ChartedUsage {
  readonly points: readonly ChartPoint[]
  readonly series: readonly Series[]
  readonly stepMs: number
  readonly summary: string
}

/** In place of what it is where a key is wanted. */
const OPEN = { id: 'missing', label: 'Without a key', color: COLORS.blue } as const

/** Requests by the verdict on their key; only verdicts that there were. */
export function verdictChart(report: UsageReport, wantsKey = true): ChartedUsage {
  const usual = wantsKey ? 'allowed' : 'missing'
  const all = VERDICT_SERIES.map((one) => (one.id === 'missing' && !wantsKey ? OPEN : one))
  const series = all.filter(
    ({ id }) => id === usual || report.results.some(({ verdicts }) => verdicts[id] > 0),
  )
  const points = stepsOf(report, (row) => series.map(({ id }) => row?.verdicts[id] ?? 0))
  return { points, series, stepMs: stepMs(report.step), summary: requestsSummary(report, wantsKey) }
}

export function statusChart(report: UsageReport): ChartedUsage {
  const series = STATUS_SERIES.filter(
    ({ id }) => id === 'success' || report.results.some(({ statuses }) => statuses[id] > 0),
  )
  const points = stepsOf(report, (row) => series.map(({ id }) => row?.statuses[id] ?? 0))
  const failed = sumOf(report, ({ statuses }) => statuses.server_error)
  const summary =
    failed === 0 ? 'No request was answered 5xx.' : `${counted(failed, 'request')} answered 5xx.`
  return { points, series, stepMs: stepMs(report.step), summary }
}

/** With gaps where there were no requests. */
export function latencyChart(report: UsageReport): ChartedUsage {
  const points = stepsOf(report, (row) =>
    LATENCY_SERIES.map(({ id }) => row?.latency_ms[id] ?? null),
  )
  const slowest = highestOf(report, ({ latency_ms: { p95 } }) => p95 ?? 0)
  const summary =
    slowest === undefined
      ? 'There were no requests to be timed.'
      : `At the slowest, ${at(report, slowest)}, 95 of 100 requests took less than ${durationText(slowest.latency_ms.p95)}.`
  return { points, series: LATENCY_SERIES, stepMs: stepMs(report.step), summary }
}

export function coldStartChart(report: UsageReport): ChartedUsage {
  const points = stepsOf(report, (row) => [row?.cold_starts ?? 0])
  const series = [
    { id: 'cold', label: 'Cold starts', color: COLORS.indigo, pattern: 'stripes' as const },
  ]
  const cold = sumOf(report, (row) => row.cold_starts)
  const summary =
    cold === 0
      ? 'No request waited for an instance to be started.'
      : `${counted(cold, 'request')} waited for an instance to be started.`
  return { points, series, stepMs: stepMs(report.step), summary }
}

export function instancesChart(report: FunctionInstancesSerializer): ChartedUsage {
  const rows = new Map(report.results.map((row) => [Date.parse(row.time), row]))
  const all = steps(report)
  // Instances are counted in the middle of a minute: before that nothing is known of the last step.
  const nothing = (i: number) => (i === all.length - 1 ? null : 0)
  const points = all.map((atMs, i) => ({ atMs, values: [rows.get(atMs)?.highest ?? nothing(i)] }))
  const most = Math.max(0, ...report.results.map((row) => row.highest))
  const series = [{ id: 'instances', label: 'Instances', color: COLORS.green }]
  const summary =
    most === 0 ? 'There were no instances.' : `At most ${counted(most, 'instance')} at a time.`
  return { points, series, stepMs: stepMs(report.step), summary }
}

/** `1,204 requests, most at 09:41 (80). 12 came without a good key.` */
function requestsSummary(report: UsageReport, wantsKey: boolean): string {
  const total = sumOf(report, ({ requests }) => requests)
  const most = highestOf(report, ({ requests }) => requests)
  if (most === undefined) return 'There were no requests.'
  const refused = sumOf(report, (row) => refusedOf(row) - (wantsKey ? 0 : row.verdicts.missing))
  const peak = `${counted(total, 'request')}, most ${at(report, most)} (${plainNumber(most.requests)}).`
  return refused === 0 ? peak : `${peak} ${plainNumber(refused)} came without a good key.`
}

function refusedOf({ verdicts, requests }: UsageReportRow): number {
  return requests - verdicts.allowed - verdicts.unjudged
}

function stepsOf(
  report: UsageReport,
  values: (row: UsageReportRow | undefined) => readonly (number | null)[],
): ChartPoint[] {
  const rows = new Map(report.results.map((row) => [Date.parse(row.time), row]))
  return steps(report).map((atMs) => ({ atMs, values: values(rows.get(atMs)) }))
}

/** A report has no rows for steps in which nothing happened; a chart has. */
function steps({ step, from, to }: Pick<UsageReport, 'step' | 'from' | 'to'>): number[] {
  const [fromMs, toMs, everyMs] = [Date.parse(from), Date.parse(to), stepMs(step)]
  return Array.from(
    { length: Math.round((toMs - fromMs) / everyMs) },
    (_, i) => fromMs + i * everyMs,
  )
}

function sumOf({ results }: UsageReport, count: (row: UsageReportRow) => number): number {
  return results.reduce((sum, row) => sum + count(row), 0)
}

/** Undefined when all are 0. */
function highestOf(
  { results }: UsageReport,
  value: (row: UsageReportRow) => number,
): UsageReportRow | undefined {
  const highest = results.toSorted((a, b) => value(b) - value(a))[0]
  return highest === undefined || value(highest) === 0 ? undefined : highest
}

function at({ step, from, to }: UsageReport, { time }: UsageReportRow): string {
  const rangeMs = Date.parse(to) - Date.parse(from)
  const text = stepText(Date.parse(time), stepMs(step), rangeMs)
  return step === 'day' ? `on ${text}` : `at ${text}`
}
