import type { FunctionName, Scope } from '../domain/names.ts'
import type { StreamEvent } from './event-stream.ts'
import { type OpenStream, type Send, type StreamOptions, segments } from './http.ts'
import type { BoundOptions, HeadOptions, UsageQuery } from './keys.ts'
import type { NamedListQuery } from './namespaces.ts'
import type {
  CallListSerializer,
  CallSerializer,
  CallStateChoices,
  ChangeFunctionSerializer,
  CreateFunctionSerializer,
  FunctionBuildSerializer,
  FunctionInstancesSerializer,
  FunctionListSerializer,
  FunctionSerializer,
  FunctionStatusChoices,
  FunctionsOverviewOrderByChoices,
  FunctionsOverviewSerializer,
  FunctionTestSerializer,
  FunctionUsageSerializer,
  FunctionVersionDiffSerializer,
  FunctionVersionListSerializer,
  FunctionVersionSerializer,
  LogsSerializer,
  TaskIDsSerializer,
  TestFunctionSerializer,
} from './types.ts'

interface PageQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export interface LogQuery {
  readonly limit?: number | undefined
  /** A moment, or how long ago: `15m`. */
  readonly since?: string | undefined
  readonly request_id?: string | undefined
  readonly instance?: string | undefined
  readonly stream?: 'stdout' | 'stderr' | 'system' | undefined
}

export interface OverviewQuery extends PageQuery {
  /** A part of the function's name. */
  readonly search?: string | undefined
  readonly namespace?: string | undefined
  readonly status?: FunctionStatusChoices | undefined
  readonly order_by?: FunctionsOverviewOrderByChoices | undefined
}

/** Above any time limit of a function and the wait for its start. */
const TEST_TIMEOUT_MS = 700_000

export function functionCalls(send: Send, openStream: OpenStream) {
  const all = (scope: Scope, namespace: string) =>
    segments('faas', 'namespaces', scope.projectId, scope.regionId, namespace, 'functions')
  const one = (scope: Scope, fn: FunctionName) => all(scope, fn.namespace) + segments(fn.name)
  return {
    /** Of all namespaces, with what they did in the last hour. */
    overview: (scope: Scope, query: OverviewQuery = {}, signal?: AbortSignal) =>
      send<FunctionsOverviewSerializer>(
        'GET',
        segments('faas', 'functions', scope.projectId, scope.regionId),
        { query: { ...query }, signal },
      ),
    list: (scope: Scope, namespace: string, query: NamedListQuery = {}) =>
      send<FunctionListSerializer>('GET', all(scope, namespace), { query: { ...query } }),
    /** The head's `ETag` is what `ifMatch` of a change takes. */
    get: (
      scope: Scope,
      fn: FunctionName,
      signal?: AbortSignal,
      onHeaders?: HeadOptions['onHeaders'],
    ) => send<FunctionSerializer>('GET', one(scope, fn), { signal, onHeaders }),
    create: (scope: Scope, namespace: string, body: CreateFunctionSerializer) =>
      send<TaskIDsSerializer>('POST', all(scope, namespace), { body }),
    update: (
      scope: Scope,
      fn: FunctionName,
      body: ChangeFunctionSerializer,
      options: BoundOptions = {},
    ) => send<TaskIDsSerializer>('PATCH', one(scope, fn), { ...options, body }),
    /** How the newest build stands. */
    build: (scope: Scope, fn: FunctionName) =>
      send<FunctionBuildSerializer>('GET', one(scope, fn) + segments('build')),
    /** Events `status`, `line` and, last, `end`, of the newest build. */
    followBuild: (
      scope: Scope,
      fn: FunctionName,
      options: { signal?: AbortSignal | undefined; lastEventId?: string | undefined } = {},
    ): AsyncGenerator<StreamEvent> => openStream(one(scope, fn) + segments('build'), options),
    /** Newest first. */
    versions: (scope: Scope, fn: FunctionName, query: PageQuery = {}) =>
      send<FunctionVersionListSerializer>('GET', one(scope, fn) + segments('versions'), {
        query: { ...query },
      }),
    version: (scope: Scope, fn: FunctionName, number: number) =>
      send<FunctionVersionSerializer>('GET', one(scope, fn) + segments('versions', number)),
    /** What the version has otherwise than another, the one before unless told. */
    versionDiff: (scope: Scope, fn: FunctionName, number: number, withNumber?: number) =>
      send<FunctionVersionDiffSerializer>(
        'GET',
        one(scope, fn) + segments('versions', number, 'diff'),
        { query: { with: withNumber } },
      ),
    rollback: (scope: Scope, fn: FunctionName, number: number) =>
      send<TaskIDsSerializer>('POST', one(scope, fn) + segments('versions', number, 'rollback')),
    delete: (scope: Scope, fn: FunctionName, options: Pick<BoundOptions, 'ifMatch'> = {}) =>
      send<TaskIDsSerializer>('DELETE', one(scope, fn), options),
    /** Asynchronous calls, the newest first. */
    calls: (
      scope: Scope,
      fn: FunctionName,
      query: {
        state?: CallStateChoices | undefined
        limit?: number | undefined
        offset?: number | undefined
      } = {},
    ) =>
      send<CallListSerializer>('GET', one(scope, fn) + segments('calls'), { query: { ...query } }),
    call: (scope: Scope, fn: FunctionName, id: string) =>
      send<CallSerializer>('GET', one(scope, fn) + segments('calls', id)),
    /** Only one that is dead. */
    retryCall: (scope: Scope, fn: FunctionName, id: string) =>
      send<undefined>('POST', one(scope, fn) + segments('calls', id, 'retry')),
    deleteCall: (scope: Scope, fn: FunctionName, id: string) =>
      send<undefined>('DELETE', one(scope, fn) + segments('calls', id)),
    /** Calls it through the gateway as a key, or as nobody; answers when the function has. */
    test: (scope: Scope, fn: FunctionName, body: TestFunctionSerializer, signal?: AbortSignal) =>
      send<FunctionTestSerializer>('POST', one(scope, fn) + segments('test'), {
        body,
        signal,
        timeoutMs: TEST_TIMEOUT_MS,
      }),
    /** How it was used, by time. */
    usage: (scope: Scope, fn: FunctionName, query: UsageQuery<'key'> = {}) =>
      send<FunctionUsageSerializer>('GET', one(scope, fn) + segments('usage'), {
        query: { ...query },
      }),
    /** How many instances it had, by time. */
    instances: (scope: Scope, fn: FunctionName, query: Omit<UsageQuery<never>, 'by'> = {}) =>
      send<FunctionInstancesSerializer>('GET', one(scope, fn) + segments('instances'), {
        query: { ...query },
      }),
    /** The newest `limit` of the wanted lines, newest last. */
    logs: (scope: Scope, fn: FunctionName, query: LogQuery & { until?: string | undefined } = {}) =>
      send<LogsSerializer>('GET', one(scope, fn) + segments('logs'), { query: { ...query } }),
    /** The same lines as events `line`, then those that come, and `end` once the function is deleted. */
    followLogs: (
      scope: Scope,
      fn: FunctionName,
      query: LogQuery = {},
      options: Omit<StreamOptions, 'query'> = {},
    ): AsyncGenerator<StreamEvent> =>
      openStream(one(scope, fn) + segments('logs'), { ...options, query: { ...query } }),
  }
}
