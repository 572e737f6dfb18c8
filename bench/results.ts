import type { AtRest } from './measures/at-rest.ts'
import type { ColdStart } from './measures/cold-start.ts'
import type { CpuPerRequest } from './measures/cpu-per-request.ts'
import type { VerdictTimes } from './measures/key-verdict-process.ts'
import type { WarmLatency } from './measures/warm-latency.ts'
import type { Machine } from './tools/machine.ts'

/** A measurement, or one sentence that says why this machine cannot make it. */
export type Measured<T> =
  | { readonly kind: 'measured'; readonly value: T }
  | { readonly kind: 'skipped'; readonly reason: string }

/** Everything that `docs/benchmarks.md` is made from. */
export interface Results {
  readonly machine: Machine
  /** The day, in UTC: 2026-01-31. */
  readonly day: string
  readonly tookSeconds: number
  /** Milliseconds, one for each run. */
  readonly startUpMs: readonly number[]
  readonly coldStart: ColdStart
  readonly warmLatency: WarmLatency
  readonly atRest: Measured<AtRest>
  readonly cpuPerRequest: Measured<CpuPerRequest>
  readonly keyVerdicts: readonly Measured<VerdictTimes>[]
}
