import type { FunctionName, Scope } from '../domain/names.ts'
import { type Send, segments } from './http.ts'
import type { UsageQuery } from './keys.ts'
import type { NamedListQuery } from './namespaces.ts'
import type {
  ChangeFunctionSerializer,
  CreateFunctionSerializer,
  FunctionListSerializer,
  FunctionSerializer,
  FunctionUsageSerializer,
  LogsSerializer,
  TaskIDsSerializer,
} from './types.ts'

export function functionCalls(send: Send) {
  const all = (scope: Scope, namespace: string) =>
    segments('faas', 'namespaces', scope.projectId, scope.regionId, namespace, 'functions')
  const one = (scope: Scope, fn: FunctionName) => all(scope, fn.namespace) + segments(fn.name)
  return {
    list: (scope: Scope, namespace: string, query: NamedListQuery = {}) =>
      send<FunctionListSerializer>('GET', all(scope, namespace), { query: { ...query } }),
    get: (scope: Scope, fn: FunctionName, signal?: AbortSignal) =>
      send<FunctionSerializer>('GET', one(scope, fn), { signal }),
    create: (scope: Scope, namespace: string, body: CreateFunctionSerializer) =>
      send<TaskIDsSerializer>('POST', all(scope, namespace), { body }),
    update: (scope: Scope, fn: FunctionName, body: ChangeFunctionSerializer) =>
      send<TaskIDsSerializer>('PATCH', one(scope, fn), { body }),
    delete: (scope: Scope, fn: FunctionName) => send<TaskIDsSerializer>('DELETE', one(scope, fn)),
    /** How it was used, by time. */
    usage: (scope: Scope, fn: FunctionName, query: UsageQuery<'key'> = {}) =>
      send<FunctionUsageSerializer>('GET', one(scope, fn) + segments('usage'), {
        query: { ...query },
      }),
    /** The newest `limit` lines, newest last. */
    logs: (scope: Scope, fn: FunctionName, query: { limit?: number | undefined } = {}) =>
      send<LogsSerializer>('GET', one(scope, fn) + segments('logs'), { query: { ...query } }),
  }
}
