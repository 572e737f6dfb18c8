import { type CallView, hasEnded } from '../domain/calls.ts'
import { PublicError } from '../domain/errors.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import type { NodeCalls } from '../feed/node-calls.ts'
import type { ChangeHandle } from '../store/change.ts'
import { findFunction } from '../store/functions.ts'
import type { CallUseCases } from './calls-control.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import { noFunction, requireScope } from './scope.ts'

export function callUseCases(deps: ControlDeps): CallUseCases {
  const { db } = deps.store
  const calls = deps.calls ?? NO_CALLS

  async function requireFunctionId(scope: Scope, name: FunctionName): Promise<string> {
    await requireScope(db, scope)
    const fn = await findFunction(db, scope, name)
    if (fn === undefined) throw noFunction(name)
    return fn.id
  }

  async function requireCall(scope: Scope, name: FunctionName, id: string): Promise<CallView> {
    const functionId = await requireFunctionId(scope, name)
    const view = await calls.find(id)
    if (view === undefined || view.functionId !== functionId) throw noCall(id)
    return view
  }

  return {
    async list(scope, name, query) {
      return await calls.list({ ...query, functionId: await requireFunctionId(scope, name) })
    },

    get: requireCall,

    async retry(context, scope, name, id) {
      const view = await requireCall(scope, name, id)
      if (view.state !== 'dead') throw notDead(id)
      await commit(deps, context, async (handle) =>
        audit(handle, 'call.retried', scope, name, view),
      )
      if (!(await calls.retry(id))) throw notDead(id)
    },

    async delete(context, scope, name, id) {
      const view = await requireCall(scope, name, id)
      await commit(deps, context, async (handle) =>
        audit(handle, 'call.deleted', scope, name, view),
      )
      // One that ended and was forgotten meanwhile is as gone.
      await calls.remove(id)
    },
  }
}

function audit(
  handle: ChangeHandle,
  action: 'call.retried' | 'call.deleted',
  scope: Scope,
  name: FunctionName,
  { id, state, attempts, code }: CallView,
): null {
  const entityName = formatFunctionName(name)
  const before = { state, attempts, code, has_ended: hasEnded(state) }
  handle.audit({ action, entityId: id, entityName, scope, before })
  return null
}

function noCall(id: string): PublicError {
  return new PublicError('not_found', `There is no asynchronous call ${id} of this function.`)
}

function notDead(id: string): PublicError {
  return new PublicError('conflict', `The call ${id} is not dead: there is nothing to try again.`)
}

/** Where no data node keeps calls. */
export const NO_CALLS: NodeCalls = {
  list: async () => ({ count: 0, results: [] }),
  find: async () => undefined,
  retry: async () => false,
  remove: async () => false,
  submit: async () => ({ kind: 'no-node' }),
}
