import { endpointUrl } from '../domain/endpoint.ts'
import type { FunctionEntity } from '../domain/function.ts'
import { NO_ISOLATION } from '../domain/isolation.ts'
import type { InstanceCounts } from '../feed/nodes.ts'
import type { ControlDeps } from './deps.ts'
import type { FunctionView } from './functions-control.ts'

const NO_INSTANCES: InstanceCounts = { total: 0, ready: 0 }

/** Adds what only the data nodes know. They are asked once, however many functions there are. */
export async function viewsOf(
  deps: Pick<ControlDeps, 'nodes' | 'isolation' | 'publicUrl' | 'domain' | 'resolveRuntime'>,
  functions: readonly FunctionEntity[],
): Promise<FunctionView[]> {
  if (functions.length === 0) return []
  const instances = await deps.nodes.status()
  return functions.map((fn) => ({
    fn,
    instances: instances.get(fn.id) ?? NO_INSTANCES,
    enforcement: (deps.isolation ?? NO_ISOLATION).enforcement,
    endpoint: endpointUrl(deps, fn.label),
    runtimeVersion: fn.deployed?.artifact.runtime ?? deps.resolveRuntime(fn.source.runtime) ?? '',
  }))
}
