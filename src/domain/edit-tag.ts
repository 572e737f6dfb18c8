import { hash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical-json.ts'
import type { FunctionEntity } from './function.ts'
import type { GrantLimits, Key } from './key.ts'
import { formatFunctionName } from './names.ts'
import type { Namespace } from './namespace.ts'

/*
 * What two people who edit the same thing must agree on: equal for two states of a key, function or
 * namespace as long as everything that an operator can set is equal in them. Uses, builds, instances and rotations
 * are no part of it. The id is, so that one which was made anew under the same name is another.
 */

const TAG_CHARS = 32

export function keyEditTag(key: Key): string {
  return tagOf([
    key.id,
    key.name,
    key.description,
    key.labels,
    key.notBeforeMs,
    key.expireMs,
    key.disabledAtMs !== null,
    key.functions.map((grant) => limited(formatFunctionName(grant), grant)).sort(),
    key.namespaces.map((grant) => limited(grant.namespace, grant)).sort(),
  ])
}

function limited(name: string, { methods, paths }: GrantLimits): string {
  return canonicalJson([name, [...methods].sort(), [...paths].sort()])
}

export function functionEditTag(fn: FunctionEntity): string {
  return tagOf([
    fn.id,
    fn.description,
    fn.source,
    fn.envs,
    // Sealed anew each time that one is set, so that its value need not be known here.
    fn.secretEnvs,
    fn.flavor,
    fn.timeoutSeconds,
    fn.bodyBytesMax,
    fn.network,
    fn.autoscaling,
    fn.requiresKey,
    fn.disabled,
    [...fn.keys].sort(),
  ])
}

/** Its functions are no part of it: what is in one is edited there. */
export function namespaceEditTag({ id, description, envs, secretEnvs }: Namespace): string {
  return tagOf([id, description, envs, secretEnvs])
}

function tagOf(editable: readonly unknown[]): string {
  return hash('sha256', canonicalJson(editable), 'hex').slice(0, TAG_CHARS)
}
