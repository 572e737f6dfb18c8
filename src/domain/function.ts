import { hash } from 'node:crypto'
import { TIMEOUT_SECONDS_MAX } from './function-limits.ts'
import type { FunctionName, Scope } from './names.ts'
import type { NetworkAccess } from './network.ts'
import type { SealedEnvs } from './secret-envs.ts'

export type Envs = Readonly<Record<string, string>>
/** Further text files of a function, by path relative to its folder. */
export type SourceFiles = Readonly<Record<string, string>>

export interface Autoscaling {
  readonly minInstances: number
  readonly maxInstances: number
}

/** What has to be built: the same source has the same artifact. */
export interface Source {
  readonly runtime: string
  readonly codeText: string
  readonly files: SourceFiles
  /** The language's own dependency file as text (`package.json` for Node); empty for none. */
  readonly dependencies: string
  readonly mainMethod: string
}

export type BuildStatus = 'pending' | 'building' | 'succeeded' | 'failed'

/** A function as every layer above the store sees it. */
export interface FunctionEntity extends Scope, FunctionName {
  readonly id: string
  readonly namespaceId: string
  readonly description: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** The DNS label of its endpoint. */
  readonly label: string
  readonly source: Source
  readonly envs: Envs
  readonly namespaceEnvs: Envs
  readonly secretEnvs: SealedEnvs
  readonly namespaceSecretEnvs: SealedEnvs
  readonly flavor: string
  /** Seconds, 0 meaning the longest, as the client wrote it. */
  readonly timeoutSeconds: number
  /** The largest body that it takes, 0 meaning what the server takes, which is the bound in any case. */
  readonly bodyBytesMax: number
  readonly network: NetworkAccess
  readonly autoscaling: Autoscaling
  readonly requiresKey: boolean
  readonly disabled: boolean
  /** Names of the keys that open it by its name. */
  readonly keys: readonly string[]
  /** Names of those that open its namespace. */
  readonly namespaceKeys: readonly string[]
  readonly buildStatus: BuildStatus
  readonly buildMessage: string
  /** What serves; null until the first build has succeeded. A failed build leaves it as it was. */
  readonly deployed: Deployed | null
}

/** What was put to work at the last successful deployment, whatever the function's fields say now. */
export interface Deployed {
  readonly artifact: Artifact
  /** The namespace's and the function's, merged. */
  readonly envs: Envs
  /** The same of those that are secret; absent when there are none. No name is in both. */
  readonly sealedEnvs?: SealedEnvs
  readonly flavor: string
}

/** The result of a build, addressed by content. */
export interface Artifact {
  /** Hex digest; the folder's name under `artifacts/`. */
  readonly id: string
  readonly runtime: string
  /** The file to load, relative to the artifact's folder. */
  readonly entry: string
  /** The exported method to call. */
  readonly method: string
}

/** `module.handler` and `handler` both name the method `handler`. */
export function methodName(mainMethod: string): string {
  return mainMethod.slice(mainMethod.lastIndexOf('.') + 1)
}

/** The execution limit in milliseconds; 0 seconds means the longest. */
export function timeoutMs(timeoutSeconds: number): number {
  return (timeoutSeconds === 0 ? TIMEOUT_SECONDS_MAX : timeoutSeconds) * 1000
}

type EnvSources = Pick<
  FunctionEntity,
  'envs' | 'namespaceEnvs' | 'secretEnvs' | 'namespaceSecretEnvs'
>

/** The function's own environment values win over its namespace's, whichever of them are secret. */
export function mergedEnvs(fn: EnvSources): Pick<Deployed, 'envs' | 'sealedEnvs'> {
  const envs = { ...without(fn.namespaceEnvs, fn.secretEnvs), ...fn.envs }
  const sealedEnvs = { ...without(fn.namespaceSecretEnvs, fn.envs), ...fn.secretEnvs }
  return Object.keys(sealedEnvs).length === 0 ? { envs } : { envs, sealedEnvs }
}

function without(values: Envs, names: Envs): Envs {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(names, name)))
}

/**
 * Identifies everything that a running instance was started with. Instances of another version are
 * never given a request; changes that a running instance need not notice (timeout, scaling, keys)
 * are not part of it.
 */
export function versionId(deployed: Deployed): string {
  const { artifact, envs, flavor, sealedEnvs } = deployed
  const sealed = sealedEnvs === undefined ? [] : [sortedEntries(sealedEnvs)]
  const identity = JSON.stringify([artifact, sortedEntries(envs), flavor, ...sealed])
  return hash('sha256', identity, 'hex').slice(0, 32)
}

function sortedEntries(envs: Envs): [string, string][] {
  return Object.entries(envs).sort(([a], [b]) => (a < b ? -1 : 1))
}
