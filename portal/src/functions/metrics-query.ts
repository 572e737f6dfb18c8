import { queryOptions } from '@tanstack/react-query'
import type {
  FunctionInstancesSerializer,
  FunctionUsageSerializer,
  UsageStepChoices,
} from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { stepStart } from '../../../src/domain/usage-time.ts'
import { api } from '../app/api.ts'
import { serverNowMs } from '../app/server-clock.ts'

export interface MetricsRange {
  readonly id: '1h' | '24h' | '7d'
  readonly label: string
  readonly step: UsageStepChoices
  /** How many of them. */
  readonly steps: number
  readonly refetchMs: number
}

export const METRICS_RANGES: readonly MetricsRange[] = [
  { id: '1h', label: '1 h', step: 'minute', steps: 60, refetchMs: 15_000 },
  { id: '24h', label: '24 h', step: 'hour', steps: 24, refetchMs: 60_000 },
  { id: '7d', label: '7 d', step: 'hour', steps: 168, refetchMs: 60_000 },
]

/** The last one hour unless the name is that of another. */
export function rangeOf(id: string): MetricsRange {
  return METRICS_RANGES.find((range) => range.id === id) ?? METRICS_RANGES[0]!
}

export interface Metrics {
  readonly usage: FunctionUsageSerializer
  readonly instances: FunctionInstancesSerializer
}

/** What a function did, by time, and how many instances it had. */
export function metricsQuery(scope: Scope, name: FunctionName, range: MetricsRange) {
  return queryOptions({
    queryKey: ['functions', scope, name.namespace, name.name, 'metrics', range.id],
    queryFn: async (): Promise<Metrics> => {
      const query = { step: range.step, from: fromOf(range, serverNowMs()) }
      const [usage, instances] = await Promise.all([
        api.functions.usage(scope, name, query),
        api.functions.instances(scope, name, query),
      ])
      return { usage, instances }
    },
    refetchInterval: range.refetchMs,
    placeholderData: (before) => before,
  })
}

/** Whole steps, of which the last is the one that is going on. */
function fromOf({ step, steps }: MetricsRange, nowMs: number): string {
  const everyMs = step === 'minute' ? 60_000 : 3_600_000
  return new Date(stepStart(step, nowMs) - (steps - 1) * everyMs).toISOString()
}
