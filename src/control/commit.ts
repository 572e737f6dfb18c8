import type { Propagation } from '../feed/nodes.ts'
import { auditLaggards } from '../store/audit.ts'
import { type ChangeHandle, type ChangeRequest, change } from '../store/change.ts'
import type { ControlDeps } from './deps.ts'
import type { Changed } from './requests.ts'

export type CommitDeps = Pick<
  ControlDeps,
  'store' | 'nodes' | 'propagationTimeoutMs' | 'logger' | 'onCommitted'
>

/**
 * Makes a change durable, tells the data nodes, and resolves when every live one has applied it, or
 * when the wait is over; then the audit rows of the change name the nodes that lag, as the answer does.
 */
export async function commit<T>(
  deps: CommitDeps,
  request: ChangeRequest,
  rule: (handle: ChangeHandle) => Promise<T>,
): Promise<Changed<T>> {
  const { value, revision } = await change(deps.store, request, rule)
  const propagation = await propagate(deps, revision)
  deps.onCommitted?.()
  return { value, propagation }
}

async function propagate(deps: CommitDeps, revision: number): Promise<Propagation> {
  deps.nodes.announce(revision)
  const propagation = await deps.nodes.applied(revision, deps.propagationTimeoutMs)
  if (propagation.laggards.length > 0) {
    deps.logger.warn({ revision, laggards: propagation.laggards }, 'data nodes lag behind a change')
    await auditLaggards(deps.store, revision, propagation.laggards)
  }
  return propagation
}
