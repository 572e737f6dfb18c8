import type { FunctionName, Scope } from '../domain/names.ts'
import type { UsageRange, UsageStep } from '../domain/usage-time.ts'

export interface UsageAsk {
  readonly step: UsageStep
  /** The last hour, day or thirty days unless told. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Whether each function of the key, or each key of the function, has rows of its own. */
  readonly isSplit: boolean
}

export interface UsageReport<Part> {
  readonly step: UsageStep
  readonly range: UsageRange
  /** By time; none for a step in which nothing happened. */
  readonly rows: readonly {
    /** Where the step begins. */
    readonly atMs: number
    /** As `USAGE_FIELDS` says. */
    readonly counts: readonly number[]
    /** Empty unless it is split; see `NO_KEY_ID` and `OTHER_KEYS_ID`. */
    readonly partId: string
    /** Null for one that was deleted, and where there is none. */
    readonly part: Part | null
  }[]
}

export interface InstanceReport {
  readonly step: UsageStep
  readonly range: UsageRange
  /** By time; none for a step in which it had none. */
  readonly rows: readonly {
    readonly atMs: number
    readonly highest: number
    /** Over the minutes of the step that have begun. */
    readonly mean: number
  }[]
}

export interface UsageUseCases {
  ofKey(scope: Scope, name: string, ask: UsageAsk): Promise<UsageReport<FunctionName>>
  /** The parts are the names of keys. */
  ofFunction(scope: Scope, name: FunctionName, ask: UsageAsk): Promise<UsageReport<string>>
  /** How many instances a function had. */
  instances(
    scope: Scope,
    name: FunctionName,
    ask: Omit<UsageAsk, 'isSplit'>,
  ): Promise<InstanceReport>
}
