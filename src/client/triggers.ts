import type { FunctionName, Scope } from '../domain/names.ts'
import { type Send, segments } from './http.ts'
import type {
  ChangeTriggerSerializer,
  CreateTriggerSerializer,
  TriggerListSerializer,
  TriggerSerializer,
  TriggerStartedSerializer,
} from './types.ts'

export function triggerCalls(send: Send) {
  const path = (scope: Scope, { namespace, name }: FunctionName, ...rest: string[]) =>
    segments('faas', 'namespaces', scope.projectId, scope.regionId, namespace) +
    segments('functions', name, 'triggers', ...rest)
  return {
    list: (scope: Scope, fn: FunctionName) => send<TriggerListSerializer>('GET', path(scope, fn)),
    get: (scope: Scope, fn: FunctionName, name: string) =>
      send<TriggerSerializer>('GET', path(scope, fn, name)),
    create: (scope: Scope, fn: FunctionName, body: CreateTriggerSerializer) =>
      send<TriggerSerializer>('POST', path(scope, fn), { body }),
    /** Absent members stay as they are. */
    update: (scope: Scope, fn: FunctionName, name: string, body: ChangeTriggerSerializer) =>
      send<TriggerSerializer>('PATCH', path(scope, fn, name), { body }),
    delete: (scope: Scope, fn: FunctionName, name: string) =>
      send<undefined>('DELETE', path(scope, fn, name)),
    /** Now, whatever its schedule. */
    run: (scope: Scope, fn: FunctionName, name: string) =>
      send<TriggerStartedSerializer>('POST', path(scope, fn, name, 'run')),
  }
}
