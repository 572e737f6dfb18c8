import type { CallState, CallView } from '../domain/calls.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import type { LastRun, Trigger, TriggerInput } from '../domain/trigger.ts'
import type { ChangeContext, Page, PageQuery } from './requests.ts'

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
