import { auditedFunction } from '../domain/audit-views.ts'
import type { FunctionEntity } from '../domain/function.ts'
import { formatFunctionName } from '../domain/names.ts'
import type { ChangeHandle } from '../store/change.ts'
import { keyIdsOfFunctions } from '../store/grants.ts'
import { touchKeys } from './keys-changed.ts'

/** Tells the feed and the audit of functions that are about to go, and of the keys that opened them. */
export async function removeFunctions(
  handle: ChangeHandle,
  functions: readonly FunctionEntity[],
): Promise<void> {
  const ids = functions.map((fn) => fn.id)
  await touchKeys(handle, await keyIdsOfFunctions(handle.trx, ids))
  for (const fn of functions) {
    handle.touch('function', fn.id)
    auditFunction(handle, 'function.deleted', fn, { before: auditedFunction(fn) })
  }
}

export function auditFunction(
  handle: ChangeHandle,
  action: `function.${'created' | 'updated' | 'rolled-back' | 'deployed' | 'build-failed' | 'deleted'}`,
  fn: FunctionEntity,
  shown: { before?: unknown; after?: unknown },
): void {
  handle.audit({
    action,
    entityId: fn.id,
    entityName: formatFunctionName(fn),
    scope: { projectId: fn.projectId, regionId: fn.regionId },
    ...shown,
  })
}
