import type { Artifact, Autoscaling, Envs } from './function.ts'
import type { FunctionName, Scope } from './names.ts'
import type { NetworkAccess } from './network.ts'
import type { SealedEnvs } from './secret-envs.ts'

/** What a data node must know of a function to serve it. */
export interface Route extends Scope, FunctionName {
  readonly functionId: string
  readonly namespaceId: string
  readonly label: string
  readonly requiresKey: boolean
  readonly disabled: boolean
  readonly timeoutMs: number
  /** 0 for what the server takes. */
  readonly bodyBytesMax: number
  readonly autoscaling: Autoscaling
  /** Null until the first build has succeeded. */
  readonly version: Version | null
}

/** Everything that an instance is started with. */
export interface Version {
  /** See `versionId`. */
  readonly id: string
  readonly artifact: Artifact
  readonly envs: Envs
  /** Absent when none are secret. */
  readonly sealedEnvs?: SealedEnvs
  readonly memoryMb: number
  readonly cpuMilli: number
  /** Absent: outbound. */
  readonly network?: NetworkAccess
}

/**
 * What a data node must know of one secret of a key: never the secret itself. A key has one entry, and
 * while it is rotated a second for the old secret, which comes before it.
 */
export interface KeyEntry {
  readonly keyId: string
  readonly projectId: number
  readonly name: string
  /** SHA-256 of the secret, 64 hex digits. */
  readonly digest: string
  /** Of this secret; null for never. */
  readonly expireMs: number | null
  /** The ids of the functions that the key opens, whatever the method and the path. */
  readonly functionIds: readonly string[]
  /** The same for namespaces. Absent: none. */
  readonly namespaceIds?: readonly string[]
  /** What the key opens in part. Absent: nothing. */
  readonly limited?: readonly LimitedGrant[]
  /** Absent: always. */
  readonly notBeforeMs?: number
  readonly isDisabled?: true
  /** The old secret of a rotation. */
  readonly isOld?: true
  /** There is an entry for the old secret too; when this is absent there is none any more. */
  readonly hasOld?: true
  /** A rotation waits for the first use of this secret. */
  readonly isAwaited?: true
}

/** See `GrantLimits`; at least one of the two lists is not empty. */
export interface LimitedGrant {
  /** Of a function or a namespace. */
  readonly id: string
  readonly methods: readonly string[]
  readonly paths: readonly string[]
}

/**
 * One committed revision, or several folded into one: the state after it of everything that it
 * touched. Applying a change twice is harmless; an older revision never follows a newer one.
 */
export interface Change {
  readonly revision: number
  readonly routes: readonly Route[]
  readonly removedFunctionIds: readonly string[]
  readonly keys: readonly KeyEntry[]
  readonly removedKeyIds: readonly string[]
}
