import { FLAVORS, type Flavor, findFlavor } from './flavor.ts'
import { type Deployed, type FunctionEntity, timeoutMs, versionId } from './function.ts'
import type { NetworkAccess } from './network.ts'
import type { Route, Version } from './routes.ts'

/** The part of a function that its route is made of. */
export type RouteFacts = Pick<
  FunctionEntity,
  | 'id'
  | 'projectId'
  | 'regionId'
  | 'namespaceId'
  | 'namespace'
  | 'name'
  | 'label'
  | 'requiresKey'
  | 'disabled'
  | 'timeoutSeconds'
  | 'bodyBytesMax'
  | 'network'
  | 'autoscaling'
  | 'deployed'
>

export function routeOf(fn: RouteFacts): Route {
  return {
    functionId: fn.id,
    projectId: fn.projectId,
    regionId: fn.regionId,
    namespaceId: fn.namespaceId,
    namespace: fn.namespace,
    name: fn.name,
    label: fn.label,
    requiresKey: fn.requiresKey,
    disabled: fn.disabled,
    timeoutMs: timeoutMs(fn.timeoutSeconds),
    bodyBytesMax: fn.bodyBytesMax,
    autoscaling: fn.autoscaling,
    version: fn.deployed === null ? null : versionOf(fn.deployed, fn.network),
  }
}

/** An instance cannot be given a network, nor its network be taken, so that one of the other kind is another version. */
function versionOf(deployed: Deployed, network: NetworkAccess): Version {
  const { memoryMb, cpuMilli } = flavorInForce(deployed.flavor)
  return {
    id: network === 'outbound' ? versionId(deployed) : `${versionId(deployed)}-${network}`,
    artifact: deployed.artifact,
    envs: deployed.envs,
    ...(deployed.sealedEnvs === undefined ? {} : { sealedEnvs: deployed.sealedEnvs }),
    memoryMb,
    cpuMilli,
    ...(network === 'outbound' ? {} : { network }),
  }
}

/** A flavor that is no longer offered must not stop what was deployed with it: it gets the largest. */
function flavorInForce(name: string): Flavor {
  return findFlavor(name) ?? FLAVORS.at(-1)!
}
