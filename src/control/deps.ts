import type { Logger } from 'pino'
import type { Builder } from '../build/builder.ts'
import type { Isolation } from '../domain/isolation.ts'
import type { RuntimeDetail } from '../domain/runtime.ts'
import type { SessionTimes } from '../domain/session.ts'
import type { HostRule } from '../domain/webhook-hosts.ts'
import type { NodeCalls } from '../feed/node-calls.ts'
import type { NodeTests } from '../feed/node-tests.ts'
import type { Nodes } from '../feed/nodes.ts'
import type { Clock } from '../lib/clock.ts'
import type { HashParameters } from '../lib/password-hash.ts'
import type { KeyRing } from '../lib/sealing.ts'
import type { Mailer } from '../notify/mailer.ts'
import type { Store } from '../store/open.ts'
import type { UsageKeptDays } from '../store/usage-retention.ts'

/** What the use cases are made of. */
export interface ControlDeps {
  readonly store: Store
  readonly nodes: Nodes
  /** Where asynchronous calls are kept; nowhere unless told. */
  readonly calls?: NodeCalls
  /** Where operators try functions; nowhere unless told. */
  readonly tests?: NodeTests
  readonly builder: Pick<Builder, 'build'>
  /** What was built before; without it every version that comes back is built again. */
  readonly artifacts?: Pick<Builder, 'reuse' | 'removeUnused'>
  /** How many versions of a function are kept; 20 unless told. */
  readonly versionsKept?: number
  /** Runtime names by language family, as found on this machine. */
  runtimes(): Readonly<Record<string, readonly string[]>>
  /** The same runtimes in the same order, and what is known of each now. */
  runtimeDetails(): readonly RuntimeDetail[]
  /** How functions are kept apart on this machine; not at all unless told. */
  readonly isolation?: Isolation
  /** The runtime that a name stands for; undefined when this machine has none. */
  resolveRuntime(name: string): string | undefined
  /** Seals secret environment values. */
  readonly secrets: KeyRing
  /** Those of the names that the runtime reads when its process starts; null for any runtime. Absent: none. */
  readAtStart?(names: readonly string[], runtime: string | null): readonly string[]
  readonly clock: Clock
  /** The gateway's URL as callers reach it: the base of `endpoint`. */
  readonly publicUrl: string
  /** When set, functions answer as `<label>.<domain>`. */
  readonly domain?: string | null
  /** Told of each change, once it is in force. */
  readonly onCommitted?: () => void
  /** How long a change waits for the data nodes before its answer names those that lag. */
  readonly propagationTimeoutMs: number
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** What control says of itself. */
  readonly about?: {
    readonly version: string
    /** Of the database on the disk, its log included. */
    databaseBytes(): number
  }
  /** How long usage is kept. */
  readonly usageKeptDays?: UsageKeptDays
  /** For how many days a deleted key can be brought back; 30 unless told. */
  readonly deletedKeysDays?: number
  /** For how many days events are kept; 400 unless told. */
  readonly eventsDays?: number
  /** Where webhooks may be sent to; addresses of the internet unless told. */
  readonly webhookHosts?: HostRule
  /** By what mails are sent; without it none are queued. */
  readonly mailer?: Mailer | undefined
  /** Told of each attempt to deliver something. */
  onDelivery?(kind: 'webhook' | 'mail', result: 'delivered' | 'retried' | 'failed'): void
  readonly worker?: WorkerOptions
  /** How long people stay signed in. */
  readonly sessionTimes?: SessionTimes
  /** What passwords are hashed with; what is best unless told. */
  readonly passwordHashing?: HashParameters
}

export interface WorkerOptions {
  /** How many functions are built at a time; 2 unless told. */
  readonly parallel?: number
  /** How often to look for work that another process left. */
  readonly pollMs?: number
  /** How long a stop waits for what is under way. */
  readonly stopTimeoutMs?: number
}
