import type { Settings } from '../config/settings.ts'
import type { Logger } from '../observability/logger.ts'
import type { MetricPart } from '../observability/metric-parts.ts'

/** Exit code of a start that was refused with a sentence: EX_CONFIG of sysexits.h. */
export const EXIT_REFUSED = 78

export type RoleName = 'control' | 'data'

/** Why a role cannot start, and what to do: another try would not help. */
export class StartRefused extends Error {}

/** From the supervisor to a role, over the channel between parent and child: never in arguments. */
export interface StartMessage {
  readonly type: 'start'
  readonly settings: Settings
  readonly version: string
}

export type RoleMessage =
  /** The role serves. */
  | { readonly type: 'ready' }
  /** The role cannot start, and another try would not help. */
  | { readonly type: 'refused'; readonly sentence: string }
  /** What the first start has to show, once. */
  | { readonly type: 'welcome'; readonly text: string }
  | MetricsMessage
  | ReadinessMessage

/** Sent by the supervisor once the welcome text was written to standard output. */
export interface WelcomeShownMessage {
  readonly type: 'welcome-shown'
}

/** The server stops soon: who watches it shall send callers elsewhere, who are still served. */
export interface LeaveMessage {
  readonly type: 'leave'
}

/** New gateway threads shall take the place of those that serve. */
export interface ReplaceThreadsMessage {
  readonly type: 'replace-threads'
}

/** Asks a role for its numbers. */
export interface CollectMessage {
  readonly type: 'collect'
  readonly ticket: number
}

/** Some of a role's numbers, or the end of them: with all of them told, or because something failed. */
export interface MetricsMessage {
  readonly type: 'metrics'
  readonly ticket: number
  readonly parts: readonly MetricPart[]
  readonly state: 'more' | 'whole' | 'failed'
}

/** Asks a role whether it can serve. */
export interface AskReadinessMessage {
  readonly type: 'ask-readiness'
  readonly ticket: number
}

export interface ReadinessMessage {
  readonly type: 'readiness'
  readonly ticket: number
  readonly faults: readonly string[]
}

/** What a role is started with. */
export interface RoleDeps {
  readonly settings: Settings
  readonly version: string
  readonly logger: Logger
  tell(message: RoleMessage): Promise<void>
}

/** What a running role can be told. */
export interface RunningRole {
  /** Its numbers as they are now, without those that every process has. */
  metrics(): AsyncIterable<MetricPart> | Iterable<MetricPart>
  /** What keeps it from serving, in sentences that anyone may read. */
  faults(): Promise<readonly string[]>
  /** See `LeaveMessage`. */
  leave(): void
  /** See `ReplaceThreadsMessage`; of the data role. */
  replaceThreads?(): Promise<void>
  /** Finishes what is in flight, for `graceMs` at most. */
  stop(graceMs: number): Promise<void>
}
