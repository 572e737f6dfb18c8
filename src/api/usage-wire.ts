import type { InstanceReport, UsageReport } from '../control/usage-control.ts'
import type { FunctionName } from '../domain/names.ts'
import {
  latencyMeanMs,
  latencyQuantileMs,
  requestsOf,
  USAGE_FIELDS,
  type UsageCounts,
  type UsageField,
} from '../domain/usage.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import type {
  FunctionInstancesWire,
  FunctionUsageWire,
  KeyUsageWire,
  UsageRowWire,
} from './schemas/usage.ts'

export function keyUsageWire(report: UsageReport<FunctionName>): KeyUsageWire {
  return {
    ...headWire(report),
    results: report.rows.map(({ atMs, counts, part, partId }) => ({
      ...rowWire(atMs, counts),
      function: part === null ? null : { name: part.name, namespace: part.namespace },
      function_id: partId,
    })),
  }
}

export function functionUsageWire(report: UsageReport<string>): FunctionUsageWire {
  return {
    ...headWire(report),
    results: report.rows.map(({ atMs, counts, part, partId }) => ({
      ...rowWire(atMs, counts),
      key: part,
      key_id: partId,
    })),
  }
}

export function instancesWire(report: InstanceReport): FunctionInstancesWire {
  return {
    ...headWire(report),
    results: report.rows.map(({ atMs, highest, mean }) => ({
      time: utcSeconds(atMs),
      highest,
      mean: Math.round(mean * 1000) / 1000,
    })),
  }
}

function headWire({ step, range }: Pick<UsageReport<unknown>, 'step' | 'range'>) {
  return { step, from: utcSeconds(range.fromMs), to: utcSeconds(range.toMs) }
}

function rowWire(atMs: number, counts: UsageCounts): UsageRowWire {
  const count = (field: UsageField) => counts[USAGE_FIELDS.indexOf(field)]!
  return {
    time: utcSeconds(atMs),
    requests: requestsOf(counts),
    verdicts: {
      allowed: count('allowed'),
      missing: count('missing'),
      repeated: count('repeated'),
      malformed: count('malformed'),
      unknown: count('unknown'),
      expired: count('expired'),
      disabled: count('disabled'),
      not_yet: count('not_yet'),
      not_granted: count('not_granted'),
      not_permitted: count('not_permitted'),
      unjudged: count('unjudged'),
    },
    statuses: {
      success: count('status_2xx'),
      redirect: count('status_3xx'),
      client_error: count('status_4xx'),
      server_error: count('status_5xx'),
      none: count('status_none'),
    },
    cold_starts: count('cold_starts'),
    bytes_received: count('bytes_received'),
    bytes_sent: count('bytes_sent'),
    latency_ms: {
      mean: rounded(latencyMeanMs(counts)),
      p50: rounded(latencyQuantileMs(counts, 0.5)),
      p95: rounded(latencyQuantileMs(counts, 0.95)),
      p99: rounded(latencyQuantileMs(counts, 0.99)),
    },
  }
}

/** To microseconds. */
export function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}
