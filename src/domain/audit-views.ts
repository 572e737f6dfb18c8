import { hash } from 'node:crypto'
import { utcSecondsOrNull } from '../lib/utc-time.ts'
import type { FunctionEntity } from './function.ts'
import type { GrantLimits, Key } from './key.ts'
import { formatFunctionName } from './names.ts'
import type { Namespace } from './namespace.ts'
import type { RoleOn } from './role.ts'
import type { SealedEnvs } from './secret-envs.ts'
import type { Token } from './token.ts'
import type { User } from './user.ts'

/*
 * What the audit shows of an entity: enough to see what changed, and never a secret, an environment
 * value or code. Code appears as a short digest, so that a change of it is visible; environment values
 * do not, for the digest of a short one can be guessed.
 */

const DIGEST_CHARS = 12

export function auditedKey(key: Key): object {
  return {
    name: key.name,
    description: key.description,
    labels: key.labels,
    hint: key.hint,
    not_before: utcSecondsOrNull(key.notBeforeMs),
    expire: utcSecondsOrNull(key.expireMs),
    disabled: key.disabledAtMs !== null,
    functions: key.functions.map((grant) => audited(formatFunctionName(grant), grant)),
    namespaces: key.namespaces.map((grant) => audited(grant.namespace, grant)),
  }
}

/** Its name alone when all of it may be called. */
function audited(name: string, { methods, paths }: GrantLimits): unknown {
  return methods.length + paths.length === 0 ? name : { name, methods, paths }
}

export function auditedNamespace(namespace: Namespace): object {
  return {
    description: namespace.description,
    env_names: Object.keys(namespace.envs).sort(),
    secret_env_names: Object.keys(namespace.secretEnvs).sort(),
  }
}

export function auditedFunction(fn: FunctionEntity): object {
  const { source } = fn
  return {
    description: fn.description,
    runtime: source.runtime,
    main_method: source.mainMethod,
    code: shortDigest(source.codeText),
    files: Object.keys(source.files).sort(),
    dependencies: source.dependencies === '' ? null : shortDigest(source.dependencies),
    env_names: Object.keys(fn.envs).sort(),
    secret_env_names: Object.keys(fn.secretEnvs).sort(),
    flavor: fn.flavor,
    timeout: fn.timeoutSeconds,
    max_body_bytes: fn.bodyBytesMax,
    network: fn.network,
    min_instances: fn.autoscaling.minInstances,
    max_instances: fn.autoscaling.maxInstances,
    enable_api_key: fn.requiresKey,
    disabled: fn.disabled,
    keys: fn.keys,
  }
}

/** Beside the view after a change, where the names alone would show none. */
export function auditedSecretChange(before: SealedEnvs, after: SealedEnvs): object {
  const names = Object.keys(after).filter(
    (name) => before[name] !== undefined && before[name] !== after[name],
  )
  return names.length === 0 ? {} : { secret_envs_changed: names.sort() }
}

export function auditedToken(token: Token): object {
  return {
    source: token.source,
    description: token.description,
    roles: token.roles.map(auditedRole),
    expire: utcSecondsOrNull(token.expireMs),
    user_id: token.userId,
  }
}

export function auditedUser(user: User): object {
  return {
    email: user.email,
    name: user.name,
    disabled: user.isDisabled,
    roles: user.roles.map(auditedRole),
  }
}

function auditedRole({ projectId, role }: RoleOn): object {
  return { project_id: projectId, role }
}

function shortDigest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, DIGEST_CHARS)
}
