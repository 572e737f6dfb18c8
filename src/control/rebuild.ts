import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { auditedFunction } from '../domain/audit-views.ts'
import { change } from '../store/change.ts'
import { deployedArtifacts, markForDeploy } from '../store/function-builds.ts'
import { findFunctionById } from '../store/functions.ts'
import type { ControlDeps } from './deps.ts'
import { auditFunction } from './function-changes.ts'
import { insertDeployTask } from './tasks.ts'

/**
 * Asks for a deployment of every function whose built version is gone from the disk. What is built is
 * the function as it stands, which is what it served, unless its newest build had failed.
 */
export async function rebuildLost(
  deps: Pick<ControlDeps, 'store' | 'nodes' | 'logger'>,
  isThere: (artifactId: string) => boolean,
): Promise<void> {
  const deployed = await deployedArtifacts(deps.store.db)
  const lost = deployed.filter(({ artifactId }) => !isThere(artifactId))
  if (lost.length === 0) return
  deps.logger.warn({ functions: lost.length }, 'built functions are gone; they are built again')
  for (const { functionId } of lost) await requestDeploy(deps, functionId)
}

async function requestDeploy(
  { store, nodes }: Pick<ControlDeps, 'store' | 'nodes'>,
  id: string,
): Promise<void> {
  const found = await findFunctionById(store.db, id)
  // A deployment that waits already builds what is missing.
  if (found === undefined || !['succeeded', 'failed'].includes(found.fn.buildStatus)) return
  const { fn } = found
  const { revision } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
    await markForDeploy(handle.trx, id)
    const shown = auditedFunction(fn)
    auditFunction(handle, 'function.updated', fn, { before: shown, after: shown })
    const resources = { faas_functions: [id] }
    await insertDeployTask(handle, 'update_faas_function', fn, resources, [id])
  })
  nodes.announce(revision)
}
