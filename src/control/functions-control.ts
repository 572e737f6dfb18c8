import type { Autoscaling, Envs, FunctionEntity, SourceFiles } from '../domain/function.ts'
import type { FlavorEnforcement } from '../domain/isolation.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { Namespace } from '../domain/namespace.ts'
import type { NetworkAccess } from '../domain/network.ts'
import type { SecretEnvsPatch } from '../domain/secret-envs.ts'
import type { Task } from '../domain/task.ts'
import type { FollowedLogs, LogCursor, LogLine, LogQuery } from '../feed/log-query.ts'
import type { InstanceCounts } from '../feed/nodes.ts'
import type { NamesOfNamespace } from '../store/function-names.ts'
import type { ChangeContext, Changed, NamedPageQuery, Page, PageQuery } from './requests.ts'

export interface NamespaceView {
  readonly namespace: Namespace
  /** Empty where they were not asked for. */
  readonly functions: readonly FunctionView[]
  /** Functions, and those of them with a version that can serve. */
  readonly counts: { readonly total: number; readonly ready: number }
}

export interface NamespaceAsk {
  /** Whether each comes with its functions; it does unless told. */
  readonly withFunctions?: boolean
}

export interface NamespaceUseCases {
  list(scope: Scope, query: NamedPageQuery & NamespaceAsk): Promise<Page<NamespaceView>>
  get(scope: Scope, name: string, ask?: NamespaceAsk): Promise<NamespaceView>
  /** By name, and of the functions nothing but their names. */
  functionNames(scope: Scope, query: PageQuery): Promise<Page<NamesOfNamespace>>
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
  ): Promise<TaggedTask>
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

/** With the edit tag that what was changed has after it. */
export type TaggedTask = Changed<Task> & { readonly editTag: string }

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
  ): Promise<TaggedTask>
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
