import { basename, resolve } from 'node:path'
import { ApiError } from '../../client/errors.ts'
import type { FunctionSerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { Failure } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note } from '../output.ts'
import { newSecretEnvs, type SecretFlags } from '../secret-values.ts'
import { openSession, type Session } from '../session.ts'
import { finishFunctionChange, waitForTask } from '../task-progress.ts'
import { newestRuntime } from './create.ts'
import { functionOf, type Manifest, readManifest, secretsOf } from './manifest.ts'
import { readSourceFolder, type SourceFolder } from './source-folder.ts'

interface DeployFlags extends ApiFlags, Pick<SecretFlags, 'secret'> {
  readonly name?: FunctionName
  readonly wait: boolean
}

export async function deployFolder(folder: string, flags: DeployFlags): Promise<void> {
  const manifest = readManifest(folder)
  const name = functionOf(manifest, basename(resolve(folder)), flags.name)
  const source = readSourceFolder(folder, manifest.main)
  const secrets = { ...secretsOf(folder, manifest), ...(await newSecretEnvs(flags)) }
  const session = openSession(flags)
  const existing = await findFunction(session, name)
  const count = source.fileCount
  const what = `${formatFunctionName(name)} from ${count} ${count === 1 ? 'file' : 'files'}`
  note(`${existing === undefined ? 'Creating' : 'Updating'} ${what}.`)
  const answer =
    existing === undefined
      ? await create(session, name, manifest, source, secrets)
      : await update(session, name, manifest, source, secrets, existing)
  await finishFunctionChange(session, name, answer, flags.wait)
}

async function findFunction(session: Session, name: FunctionName) {
  return session.client.functions.get(session.scope, name).catch(absent)
}

async function create(
  session: Session,
  name: FunctionName,
  manifest: Manifest,
  source: SourceFolder,
  secrets: Readonly<Record<string, string>>,
) {
  await ensureNamespace(session, name.namespace)
  const { min, max } = manifest.autoscaling ?? { min: 0, max: 10 }
  return session.client.functions.create(session.scope, name.namespace, {
    name: name.name,
    description: manifest.description ?? '',
    runtime: manifest.runtime ?? (await newestRuntime(session, source.layout.family)),
    ...sourceFields(source),
    main_method: manifest.mainMethod ?? source.layout.mainMethod,
    envs: { ...manifest.envs },
    secret_envs: secrets,
    flavor: manifest.flavor ?? '80mCPU-128MB',
    timeout: manifest.timeout ?? 30,
    max_body_bytes: manifest.maxBodyBytes ?? 0,
    network: manifest.network ?? 'outbound',
    autoscaling: { min_instances: min, max_instances: max },
    enable_api_key: manifest.requiresKey ?? true,
    keys: [...(manifest.keys ?? [])],
  })
}

/** What the manifest leaves out stays as it is. */
async function update(
  session: Session,
  name: FunctionName,
  manifest: Manifest,
  source: SourceFolder,
  secrets: Readonly<Record<string, string>>,
  existing: FunctionSerializer,
) {
  if (manifest.runtime !== undefined && manifest.runtime !== existing.runtime) {
    throw new Failure(
      'failed',
      `${formatFunctionName(name)} runs on ${existing.runtime}, and a function's runtime cannot change.`,
      'Delete it first, or deploy under another name.',
    )
  }
  const { autoscaling: scaling } = manifest
  return session.client.functions.update(session.scope, name, {
    ...sourceFields(source),
    description: manifest.description ?? null,
    main_method: manifest.mainMethod ?? null,
    envs: manifest.envs === undefined ? null : { ...manifest.envs },
    secret_envs: secrets,
    flavor: manifest.flavor ?? null,
    timeout: manifest.timeout ?? null,
    max_body_bytes: manifest.maxBodyBytes ?? null,
    network: manifest.network ?? null,
    autoscaling:
      scaling === undefined ? null : { min_instances: scaling.min, max_instances: scaling.max },
    enable_api_key: manifest.requiresKey ?? null,
    keys: manifest.keys === undefined ? null : [...manifest.keys],
  })
}

function sourceFields(source: SourceFolder) {
  return {
    code_text: source.codeText,
    dependencies: source.dependencies,
    files: { ...source.files },
  }
}

async function ensureNamespace(session: Session, name: string): Promise<void> {
  const { namespaces } = session.client
  if ((await namespaces.get(session.scope, name, { functions: false }).catch(absent)) !== undefined)
    return
  try {
    const answer = await namespaces.create(session.scope, { name })
    await waitForTask(session, answer.tasks, `creating the namespace ${name}`)
  } catch (error) {
    // Made by someone else meanwhile: there it is.
    if (!(error instanceof ApiError) || error.status !== 409) throw error
  }
}

function absent(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined
  throw error
}
