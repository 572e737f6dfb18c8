import { PublicError } from '../domain/errors.ts'
import { FLAVORS, findFlavor } from '../domain/flavor.ts'
import type { FunctionEntity } from '../domain/function.ts'
import { autoscalingErrors, filesErrors } from '../domain/function-rules.ts'
import type { Scope } from '../domain/names.ts'
import type { SealedEnvs } from '../domain/secret-envs.ts'
import type { Trx } from '../store/dialect.ts'
import { idsByName } from '../store/ids-by-name.ts'
import type { ControlDeps } from './deps.ts'
import type { FunctionPatch } from './functions-control.ts'

/** Refuses what no schema can: values that depend on each other or on this machine. */
export function checkFunctionInput(input: FunctionPatch): void {
  const errors = [
    ...(input.autoscaling === undefined ? [] : autoscalingErrors(input.autoscaling)),
    ...(input.files === undefined ? [] : filesErrors(input.files)),
  ]
  if (errors.length > 0) {
    const sentence = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
    throw new PublicError('invalid_body', `The request body is not valid: ${sentence}.`, errors)
  }
  if (input.flavor !== undefined && findFlavor(input.flavor) === undefined) {
    const offered = FLAVORS.map((flavor) => flavor.name).join(', ')
    throw new PublicError(
      'unknown_flavor',
      `The flavor ${input.flavor} is not offered here; these are: ${offered}.`,
      [{ field: 'flavor', message: `must be one of ${offered}` }],
    )
  }
}

export function checkRuntime(
  deps: Pick<ControlDeps, 'runtimes' | 'resolveRuntime'>,
  runtime: string,
): void {
  if (deps.resolveRuntime(runtime) !== undefined) return
  const names = Object.values(deps.runtimes()).flat()
  const available = names.length === 0 ? 'none is' : `these are: ${names.join(', ')}`
  throw new PublicError(
    'unknown_runtime',
    `The runtime ${runtime} is not available here; ${available}.`,
    [{ field: 'runtime', message: `must be one of ${names.join(', ')}` }],
  )
}

/** The ids of the keys; refuses with the names of all that do not exist. */
export async function requireKeys(
  trx: Trx,
  scope: Scope,
  names: readonly string[],
): Promise<Set<string>> {
  const ids = await idsByName(trx, 'keys', scope, names)
  const unknown = names.flatMap((name, i) =>
    ids[i] === undefined ? [{ field: `keys.${i}`, name }] : [],
  )
  if (unknown.length > 0) {
    throw new PublicError(
      'unknown_keys',
      `The function names keys that do not exist: ${unknown.map((u) => u.name).join(', ')}.`,
      unknown.map(({ field, name }) => ({ field, message: `there is no key ${name}` })),
    )
  }
  return new Set(ids.filter((id) => id !== undefined))
}

/**
 * Whether the patch changes what an instance is started with. Values that stay as they are ask for
 * nothing, unless the last build failed: sending the same again is how to try again.
 */
export function needsDeploy(
  fn: FunctionEntity,
  patch: Omit<FunctionPatch, 'secretEnvs'> & { readonly secretEnvs?: SealedEnvs | undefined },
): boolean {
  const { source } = fn
  const pairs: [unknown, unknown][] = [
    [patch.codeText, source.codeText],
    [patch.files, source.files],
    [patch.dependencies, source.dependencies],
    [patch.mainMethod, source.mainMethod],
    [patch.envs, fn.envs],
    [patch.secretEnvs, fn.secretEnvs],
    [patch.flavor, fn.flavor],
  ]
  const given = pairs.filter(([wanted]) => wanted !== undefined)
  if (given.length === 0) return false
  return fn.buildStatus === 'failed' || given.some(([wanted, now]) => !sameValue(wanted, now))
}

/** Compares texts, or records of texts whatever their order. */
export function sameValue(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
