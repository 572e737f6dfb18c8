import type { CallState, CallView } from '../domain/calls.ts'
import type {
  Autoscaling,
  BuildStatus,
  Envs,
  FunctionEntity,
  SourceFiles,
} from '../domain/function.ts'
import type { FunctionVersion, FunctionVersionSummary } from '../domain/function-version.ts'
import type { FlavorEnforcement, Isolation } from '../domain/isolation.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { Namespace } from '../domain/namespace.ts'
import type { NetworkAccess } from '../domain/network.ts'
import type { Project, Region } from '../domain/project.ts'
import type { RuntimeDetail } from '../domain/runtime.ts'
import type { SecretEnvsPatch } from '../domain/secret-envs.ts'
import type { Task, TaskState } from '../domain/task.ts'
import type { LastRun, Trigger, TriggerInput } from '../domain/trigger.ts'
import type { UsageRange, UsageStep } from '../domain/usage-time.ts'
import type { FollowedLogs, LogCursor, LogLine, LogQuery } from '../feed/log-query.ts'
import type { InstanceCounts, Propagation } from '../feed/nodes.ts'
import type { AuditUseCases } from './audit-control.ts'
import type { KeyPropagationUseCases } from './key-propagation.ts'
import type { KeyReviewUseCases } from './key-reviews.ts'
import type { KeyRotationUseCases } from './key-rotation.ts'
import type { DeletedKeyUseCases, KeySettingsUseCases, KeyUseCases } from './keys-control.ts'
import type { NotificationUseCases } from './notifications.ts'
import type {
  MemberUseCases,
  PrincipalUseCases,
  SessionUseCases,
  TokenUseCases,
  UserUseCases,
} from './operators.ts'
import type {
  ChangeContext,
  Changed,
  NamedPageQuery,
  Page,
  PageQuery,
  RememberedAnswer,
} from './requests.ts'
import type { MailUseCases, WebhookUseCases } from './webhooks-control.ts'

export type {
  ChangeContext,
  Changed,
  NamedPageQuery,
  Page,
  PageQuery,
  RememberedAnswer,
} from './requests.ts'

/** The use cases: everything that the REST API can ask for. Refusals are thrown as `PublicError`. */
export interface Control {
  readonly principals: PrincipalUseCases
  readonly tokens: TokenUseCases
  readonly users: UserUseCases
  readonly members: MemberUseCases
  readonly sessions: SessionUseCases
  readonly projects: ProjectUseCases
  readonly namespaces: NamespaceUseCases
  readonly functions: FunctionUseCases
  readonly builds: BuildUseCases
  readonly versions: VersionUseCases
  readonly keys: KeyUseCases
  readonly keyRotations: KeyRotationUseCases
  readonly keyPropagation: KeyPropagationUseCases
  readonly deletedKeys: DeletedKeyUseCases
  readonly keySettings: KeySettingsUseCases
  readonly calls: CallUseCases
  readonly triggers: TriggerUseCases
  readonly webhooks: WebhookUseCases
  readonly mails: MailUseCases
  readonly usage: UsageUseCases
  readonly notifications: NotificationUseCases
  readonly audit: AuditUseCases
  readonly keyReviews: KeyReviewUseCases
  readonly tasks: TaskUseCases
  readonly idempotency: IdempotencyUseCases
  /** Runtime names by language family, as found on this machine: `{nodejs: ['nodejs26']}`. */
  runtimes(): Readonly<Record<string, readonly string[]>>
  /** How functions are kept apart on this machine. */
  isolation(): Isolation
  /** The same runtimes in the same order, and what is known of each now. */
  runtimeDetails(): readonly RuntimeDetail[]
}

export interface ProjectUseCases {
  list(
    query: PageQuery & {
      readonly name?: string
      /** Only these. */
      readonly ids?: readonly number[]
      readonly orderBy: NamedPageQuery['orderBy']
    },
  ): Promise<Page<Project>>
  create(
    context: ChangeContext,
    input: { name: string; description: string | null },
  ): Promise<Project>
  regions(
    query: PageQuery & {
      readonly displayName?: string
      readonly descending: boolean
      readonly orderBy: 'created_at' | 'display_name'
    },
  ): Promise<Page<Region>>
}

export interface NamespaceView {
  readonly namespace: Namespace
  readonly functions: readonly FunctionView[]
}

export interface NamespaceUseCases {
  list(scope: Scope, query: NamedPageQuery): Promise<Page<NamespaceView>>
  get(scope: Scope, name: string): Promise<NamespaceView>
  create(
    context: ChangeContext,
    scope: Scope,
    input: { name: string; description: string; envs: Envs; secretEnvs?: SecretEnvsPatch },
  ): Promise<Changed<Task>>
  /** Absent members stay as they are. */
  update(
    context: ChangeContext,
    scope: Scope,
    name: string,
    input: { description?: string; envs?: Envs; secretEnvs?: SecretEnvsPatch },
  ): Promise<Changed<Task>>
  /** Deletes its functions with it. */
  delete(context: ChangeContext, scope: Scope, name: string): Promise<Changed<Task>>
}

export interface FunctionView {
  readonly fn: FunctionEntity
  readonly instances: InstanceCounts
  readonly enforcement: FlavorEnforcement
  /** The URL to call. */
  readonly endpoint: string
  /** What its runtime's name stands for: what the version that serves runs on; empty when there is none. */
  readonly runtimeVersion: string
}

export interface NewFunction {
  readonly name: string
  readonly description: string
  readonly runtime: string
  readonly codeText: string
  readonly files: SourceFiles
  readonly dependencies: string
  readonly mainMethod: string
  readonly envs: Envs
  readonly secretEnvs?: SecretEnvsPatch
  readonly flavor: string
  readonly timeoutSeconds: number
  /** 0 for what the server takes. */
  readonly bodyBytesMax: number
  /** Outbound unless told. */
  readonly network?: NetworkAccess
  readonly autoscaling: Autoscaling
  readonly requiresKey: boolean
  readonly disabled: boolean
  /** Names of keys that open it. */
  readonly keys: readonly string[]
}

/** Absent members stay as they are. Name and runtime cannot change. */
export type FunctionPatch = Partial<Omit<NewFunction, 'name' | 'runtime'>>

/** The number is null where it is not known, or not kept any more. */
export type LogLineView = LogLine & { readonly versionNumber: number | null }
export type FollowedLogsView =
  | (Extract<FollowedLogs, { kind: 'line' }> & { readonly line: LogLineView })
  | Exclude<FollowedLogs, { kind: 'line' }>

export interface FunctionUseCases {
  list(scope: Scope, namespace: string, query: NamedPageQuery): Promise<Page<FunctionView>>
  get(scope: Scope, name: FunctionName): Promise<FunctionView>
  create(
    context: ChangeContext,
    scope: Scope,
    namespace: string,
    input: NewFunction,
  ): Promise<Changed<Task>>
  update(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    patch: FunctionPatch,
  ): Promise<Changed<Task>>
  delete(context: ChangeContext, scope: Scope, name: FunctionName): Promise<Changed<Task>>
  logs(scope: Scope, name: FunctionName, query: LogQuery): Promise<readonly LogLineView[]>
  /** The newest wanted lines and those that come, or all after the cursor; see `Nodes`. */
  followLogs(
    scope: Scope,
    name: FunctionName,
    query: LogQuery,
    cursor: LogCursor | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FollowedLogsView>>
}

/** How the newest build of a function stands. */
export interface BuildView {
  readonly status: BuildStatus
  readonly message: string
  /** Null before it is begun. */
  readonly startedAtMs: number | null
  /** Null before it has ended. */
  readonly finishedAtMs: number | null
}

export type BuildNews =
  | { readonly kind: 'status'; readonly status: BuildStatus }
  | { readonly kind: 'line'; readonly id: string; readonly text: string }
  | { readonly kind: 'end'; readonly status: 'succeeded' | 'failed' | 'deleted' }

export interface BuildUseCases {
  get(scope: Scope, name: FunctionName): Promise<BuildView>
  /**
   * The lines of the newest build, those that came before too, until it ends or the signal is given.
   * @param after - The id of the last line that is known already.
   */
  follow(
    scope: Scope,
    name: FunctionName,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<BuildNews>>
}

export type VersionSummaryView = FunctionVersionSummary & { readonly isCurrent: boolean }
export type VersionView = FunctionVersion & { readonly isCurrent: boolean }

export interface PartDiff {
  /** `code_text`, `dependencies` or `files/<path>`. */
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Unified; null when there is too much of it. */
  readonly diff: string | null
}

export interface VersionDiff {
  readonly number: number
  /** The number of the version that it is compared with. */
  readonly with: number
  readonly parts: readonly PartDiff[]
  readonly settings: readonly {
    readonly name: 'runtime' | 'main_method' | 'flavor'
    readonly before: string
    readonly after: string
  }[]
  readonly envNames: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly changed: readonly string[]
  }
}

export interface VersionUseCases {
  /** Newest first. */
  list(scope: Scope, name: FunctionName, query: PageQuery): Promise<Page<VersionSummaryView>>
  get(scope: Scope, name: FunctionName, number: number): Promise<VersionView>
  /** @param withNumber - The version to compare with; the one before when absent. */
  diff(
    scope: Scope,
    name: FunctionName,
    number: number,
    withNumber: number | undefined,
  ): Promise<VersionDiff>
  /** Puts the version to work again, without building it when what was built is still there. */
  rollback(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    number: number,
  ): Promise<Changed<Task>>
}

/** The asynchronous calls of a function, as its operators see them. */
export interface CallUseCases {
  list(
    scope: Scope,
    name: FunctionName,
    query: PageQuery & { readonly state: CallState | undefined },
  ): Promise<Page<CallView>>
  get(scope: Scope, name: FunctionName, id: string): Promise<CallView>
  /** Only one that is dead. */
  retry(context: ChangeContext, scope: Scope, name: FunctionName, id: string): Promise<void>
  delete(context: ChangeContext, scope: Scope, name: FunctionName, id: string): Promise<void>
}

export interface TriggerView {
  readonly trigger: Trigger
  /** Null before the first. */
  readonly lastRun: LastRun | null
}

export interface TriggerUseCases {
  /** By name; there are too few for pages. */
  list(scope: Scope, name: FunctionName): Promise<Page<TriggerView>>
  get(scope: Scope, name: FunctionName, trigger: string): Promise<TriggerView>
  create(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    input: TriggerInput,
  ): Promise<TriggerView>
  /** Absent members stay as they are. */
  update(
    context: ChangeContext,
    scope: Scope,
    name: FunctionName,
    trigger: string,
    patch: Partial<Omit<TriggerInput, 'name'>>,
  ): Promise<TriggerView>
  delete(context: ChangeContext, scope: Scope, name: FunctionName, trigger: string): Promise<void>
  /** Whatever its schedule, and also when it is not enabled. Resolves with the id of the call. */
  run(context: ChangeContext, scope: Scope, name: FunctionName, trigger: string): Promise<string>
}

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

export interface UsageUseCases {
  ofKey(scope: Scope, name: string, ask: UsageAsk): Promise<UsageReport<FunctionName>>
  /** The parts are the names of keys. */
  ofFunction(scope: Scope, name: FunctionName, ask: UsageAsk): Promise<UsageReport<string>>
}

export interface TaskQuery extends PageQuery {
  readonly descending: boolean
  readonly projectIds?: readonly number[]
  readonly regionIds?: readonly number[]
  readonly states?: readonly TaskState[]
  readonly types?: readonly string[]
  readonly fromMs?: number
  readonly toMs?: number
}

export interface TaskUseCases {
  list(query: TaskQuery): Promise<Page<Task>>
  get(id: string): Promise<Task>
}

export interface IdempotencyUseCases {
  /**
   * What the first request with this key was answered, within a day; undefined for a new key.
   *
   * @param operator - See `operatorOf`.
   */
  find(operator: string, key: string, fingerprint: string): Promise<RememberedAnswer | undefined>
  /**
   * Waits, within the limit for changes, until all that is committed is in force: the first answer may never
   * have left, control having ended while it waited.
   */
  settled(): Promise<Propagation>
  /** Remembers a refusal (4xx); successes are remembered in the change's own transaction. */
  rememberRefusal(
    operator: string,
    key: string,
    fingerprint: string,
    answer: RememberedAnswer,
  ): Promise<void>
}
