import { type FieldError, PublicError } from '../domain/errors.ts'
import type { Envs } from '../domain/function.ts'
import {
  type SealedEnvs,
  type SecretEnvsPatch,
  type SecretOwner,
  sealedAfter,
  sealedEnvsErrors,
  secretEnvsErrors,
} from '../domain/secret-envs.ts'
import type { ControlDeps } from './deps.ts'

export type SecretDeps = Pick<ControlDeps, 'secrets' | 'readAtStart'>

interface EnvsNow {
  readonly envs: Envs
  readonly secretEnvs: SealedEnvs
}

interface EnvsPatch {
  readonly envs?: Envs
  readonly secretEnvs?: SecretEnvsPatch
}

/**
 * The secret values after the change, sealed; undefined when it says nothing of them. Refuses, with the
 * names of the fields and never a value, what cannot be kept secret or does not fit.
 *
 * @param runtime - null for a namespace, whose functions may be of any
 */
export function sealPatch(
  deps: SecretDeps,
  owner: SecretOwner,
  runtime: string | null,
  before: EnvsNow,
  patch: EnvsPatch,
): SealedEnvs | undefined {
  const { envs = before.envs, secretEnvs = {} } = patch
  refuse([...secretEnvsErrors(secretEnvs), ...readAtStartErrors(deps, runtime, secretEnvs)])
  const after = sealedAfter(deps.secrets, owner, before.secretEnvs, secretEnvs)
  refuse(sealedEnvsErrors(envs, after))
  return patch.secretEnvs === undefined ? undefined : after
}

/** Such a value must stand in the environment of the process before the function is there. */
function readAtStartErrors(
  deps: SecretDeps,
  runtime: string | null,
  patch: SecretEnvsPatch,
): FieldError[] {
  const set = Object.keys(patch).filter((name) => patch[name] !== null)
  return (deps.readAtStart?.(set, runtime) ?? []).map((name) => ({
    field: `secret_envs.${name}`,
    message:
      'is read by the runtime when its process starts, so it cannot be kept secret: use envs',
  }))
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length === 0) return
  const sentence = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new PublicError('invalid_body', `The request body is not valid: ${sentence}.`, errors)
}
