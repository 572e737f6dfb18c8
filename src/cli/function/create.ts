import { ApiError } from '../../client/errors.ts'
import type { FunctionName } from '../../domain/names.ts'
import type { NetworkAccess } from '../../domain/network.ts'
import { Failure } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { newSecretEnvs, type SecretFlags } from '../secret-values.ts'
import { openSession, type Session } from '../session.ts'
import { finishFunctionChange } from '../task-progress.ts'
import { readTextInput } from './files.ts'

export interface CreateFlags extends ApiFlags, SecretFlags {
  readonly file: string
  readonly runtime?: string
  readonly mainMethod: string
  readonly min: number
  readonly max: number
  readonly flavor: string
  readonly timeout: number
  readonly maxBodyBytes?: number
  readonly network?: NetworkAccess
  readonly dependencies?: string
  readonly description?: string
  readonly env?: Readonly<Record<string, string>>
  readonly key?: readonly string[]
  readonly open?: boolean
  readonly wait: boolean
}

export async function createFunction(name: FunctionName, flags: CreateFlags): Promise<void> {
  const codeText = await readTextInput(flags.file, '--file')
  const dependencies =
    flags.dependencies === undefined
      ? ''
      : await readTextInput(flags.dependencies, '--dependencies')
  const secrets = await newSecretEnvs(flags, flags.file === '-')
  const session = openSession(flags)
  const body = {
    name: name.name,
    description: flags.description ?? '',
    runtime: flags.runtime ?? (await newestRuntime(session, 'nodejs')),
    code_text: codeText,
    dependencies,
    main_method: flags.mainMethod,
    envs: { ...flags.env },
    secret_envs: secrets,
    flavor: flags.flavor,
    timeout: flags.timeout,
    max_body_bytes: flags.maxBodyBytes ?? 0,
    network: flags.network ?? 'outbound',
    autoscaling: { min_instances: flags.min, max_instances: flags.max },
    enable_api_key: flags.open !== true,
    keys: [...(flags.key ?? [])],
  }
  const answer = await session.client.functions
    .create(session.scope, name.namespace, body)
    .catch((error) => {
      throw namespaceMissing(error, name.namespace)
    })
  await finishFunctionChange(session, name, answer, flags.wait)
}

/** The first of a language's that the server lists: it is there and need not be fetched. */
export async function newestRuntime(session: Session, family: string): Promise<string> {
  const { runtimes } = await session.client.runtimes.list(session.scope)
  const newest = runtimes[family]?.[0]
  if (newest !== undefined) return newest
  const all = Object.values(runtimes).flat().join(', ')
  throw new Failure('failed', `The server has no runtime for ${family}; it has ${all}.`)
}

function namespaceMissing(error: unknown, namespace: string): unknown {
  if (!(error instanceof ApiError) || error.status !== 404) return error
  return new Failure(
    'notFound',
    error.message,
    `If the namespace is missing, create it with \`latchkey namespace create ${namespace}\`.`,
  )
}
