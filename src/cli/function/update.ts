import type { ChangeFunctionSerializer, FunctionSerializer } from '../../client/types.ts'
import type { FunctionName } from '../../domain/names.ts'
import type { NetworkAccess } from '../../domain/network.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { readAndChange } from '../read-and-change.ts'
import { type SecretFlags, secretEnvs } from '../secret-values.ts'
import { openSession } from '../session.ts'
import { finishFunctionChange } from '../task-progress.ts'
import { readTextInput } from './files.ts'

export interface UpdateFlags extends ApiFlags, SecretFlags {
  readonly file?: string
  readonly mainMethod?: string
  readonly min?: number
  readonly max?: number
  readonly flavor?: string
  readonly timeout?: number
  readonly maxBodyBytes?: number
  readonly network?: NetworkAccess
  readonly dependencies?: string
  readonly description?: string
  readonly env?: Readonly<Record<string, string>>
  readonly unsetEnv?: readonly string[]
  readonly key?: readonly string[]
  readonly open?: boolean
  readonly requireKey?: boolean
  readonly disable?: boolean
  readonly enable?: boolean
  readonly wait: boolean
}

export async function updateFunction(name: FunctionName, flags: UpdateFlags): Promise<void> {
  const change = await plainChange(flags)
  const merges = [flags.env, flags.unsetEnv, flags.min, flags.max].some((f) => f !== undefined)
  if (Object.keys(change).length === 0 && !merges) {
    throw usage('There is nothing to change.', 'See `latchkey function update --help`.')
  }
  const session = openSession(flags)
  const { client, scope } = session
  const answer = merges
    ? await readAndChange({
        read: (onHeaders) => client.functions.get(scope, name, undefined, onHeaders),
        change: (now, bound) =>
          client.functions.update(scope, name, { ...change, ...mergedChange(flags, now) }, bound),
      })
    : await client.functions.update(scope, name, change)
  await finishFunctionChange(session, name, answer, flags.wait)
}

async function plainChange(flags: UpdateFlags): Promise<ChangeFunctionSerializer> {
  const change: ChangeFunctionSerializer = {}
  if (flags.file !== undefined) change.code_text = await readTextInput(flags.file, '--file')
  if (flags.dependencies !== undefined) {
    change.dependencies = await readTextInput(flags.dependencies, '--dependencies')
  }
  const secrets = await secretEnvs(flags, flags.file === '-')
  if (secrets !== undefined) change.secret_envs = secrets
  if (flags.mainMethod !== undefined) change.main_method = flags.mainMethod
  if (flags.description !== undefined) change.description = flags.description
  if (flags.flavor !== undefined) change.flavor = flags.flavor
  if (flags.timeout !== undefined) change.timeout = flags.timeout
  if (flags.maxBodyBytes !== undefined) change.max_body_bytes = flags.maxBodyBytes
  if (flags.network !== undefined) change.network = flags.network
  if (flags.key !== undefined) change.keys = [...flags.key]
  if (flags.open === true) change.enable_api_key = false
  if (flags.requireKey === true) change.enable_api_key = true
  if (flags.disable === true) change.disabled = true
  if (flags.enable === true) change.disabled = false
  return change
}

/** The API replaces these as a whole, so what is not given comes from the function as it is. */
function mergedChange(flags: UpdateFlags, now: FunctionSerializer): ChangeFunctionSerializer {
  const change: ChangeFunctionSerializer = {}
  if (flags.env !== undefined || flags.unsetEnv !== undefined) {
    change.envs = mergedEnvs(now.envs, flags)
  }
  if (flags.min !== undefined || flags.max !== undefined) {
    const { min_instances, max_instances } = now.autoscaling
    change.autoscaling = {
      min_instances: flags.min ?? min_instances,
      max_instances: flags.max ?? max_instances,
    }
  }
  return change
}

export function mergedEnvs(
  now: Readonly<Record<string, string>> | null | undefined,
  flags: Pick<UpdateFlags, 'env' | 'unsetEnv'>,
): Record<string, string> {
  const envs = { ...now, ...flags.env }
  for (const name of flags.unsetEnv ?? []) delete envs[name]
  return envs
}
