import { auditedFunction, auditedSecretChange } from '../domain/audit-views.ts'
import { functionEditTag } from '../domain/edit-tag.ts'
import { endpointLabel } from '../domain/endpoint-label.ts'
import { PublicError } from '../domain/errors.ts'
import type { FunctionEntity } from '../domain/function.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import type { Task } from '../domain/task.ts'
import { newId } from '../lib/ids.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Db } from '../store/dialect.ts'
import { markForDeploy } from '../store/function-builds.ts'
import {
  deleteFunction,
  findFunction,
  insertFunction,
  listFunctions,
  updateFunction,
} from '../store/functions.ts'
import { replaceKeysOfFunction } from '../store/grants.ts'
import { findNamespace } from '../store/namespaces.ts'
import { commit } from './commit.ts'
import type { DeployWorker } from './deploy-worker.ts'
import type { ControlDeps } from './deps.ts'
import { auditFunction, removeFunctions } from './function-changes.ts'
import { checkFunctionInput, checkRuntime, needsDeploy, requireKeys } from './function-input.ts'
import { viewsOf } from './function-views.ts'
import type { FunctionPatch, FunctionUseCases, NewFunction } from './functions-control.ts'
import { touchKeys } from './keys-changed.ts'
import type { ChangeContext, Changed } from './requests.ts'
import { nameTaken, noFunction, noNamespace, requireScope } from './scope.ts'
import { type SecretDeps, sealPatch } from './secret-input.ts'
import { insertDeployTask, insertFinishedTask } from './tasks.ts'
import { requireUnchanged } from './unchanged.ts'

export function functionUseCases(
  deps: ControlDeps,
  worker: DeployWorker,
): Omit<FunctionUseCases, 'logs' | 'followLogs'> {
  const { db } = deps.store

  async function commitAndWork(
    context: Parameters<FunctionUseCases['delete']>[0],
    rule: (handle: ChangeHandle) => Promise<Task>,
  ): Promise<Changed<Task>> {
    const changed = await commit(deps, context, rule)
    if (changed.value.state === 'NEW') worker.wake()
    return changed
  }

  return {
    async list(scope, namespace, { orderBy, ...query }) {
      const { id } = await requireNamespace(db, scope, namespace)
      const { field, descending } = orderBy
      const page = await listFunctions(db, id, { ...query, orderBy: field, descending })
      return { count: page.count, results: await viewsOf(deps, page.results) }
    },

    async get(scope, name) {
      const fn = await requireFunction(db, scope, name)
      return (await viewsOf(deps, [fn]))[0]!
    },

    async create(context, scope, namespace, input) {
      checkFunctionInput(input)
      checkRuntime(deps, input.runtime)
      return await commitAndWork(context, (handle) => create(deps, handle, scope, namespace, input))
    },

    async update(context, scope, name, patch) {
      checkFunctionInput(patch)
      let editTag = ''
      const changed = await commitAndWork(context, async (handle) => {
        const { task, after } = await update(deps, handle, context, scope, name, patch)
        editTag = functionEditTag(after)
        return task
      })
      return { ...changed, editTag }
    },

    delete: (context, scope, name) =>
      commitAndWork(context, (handle) => remove(handle, context, scope, name)),
  }
}

async function create(
  deps: SecretDeps,
  handle: ChangeHandle,
  scope: Scope,
  namespaceName: string,
  input: NewFunction,
): Promise<Task> {
  const { trx, revision, nowMs } = handle
  const namespace = await requireNamespace(trx, scope, namespaceName)
  const name = { namespace: namespaceName, name: input.name }
  const keyIds = await requireKeys(trx, scope, input.keys)
  if ((await findFunction(trx, scope, name)) !== undefined) throw nameTaken('function', input.name)
  const id = newId()
  const { runtime, codeText, files, dependencies, mainMethod, envs } = input
  const nothing = { envs, secretEnvs: {} }
  const secretEnvs = sealPatch(deps, { functionId: id }, runtime, nothing, input) ?? {}
  const fn = {
    ...name,
    id,
    namespaceId: namespace.id,
    projectId: scope.projectId,
    regionId: scope.regionId,
    description: input.description,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    label: endpointLabel(scope, name),
    source: { runtime, codeText, files, dependencies, mainMethod },
    envs,
    secretEnvs,
    flavor: input.flavor,
    timeoutSeconds: input.timeoutSeconds,
    bodyBytesMax: input.bodyBytesMax,
    network: input.network ?? 'outbound',
    autoscaling: input.autoscaling,
    requiresKey: input.requiresKey,
    disabled: input.disabled,
    buildStatus: 'pending' as const,
    buildMessage: '',
    deployed: null,
  }
  if (!(await insertFunction(trx, namespace.id, fn, revision))) throw labelTaken(fn.label)
  await touchKeys(handle, await replaceKeysOfFunction(trx, id, keyIds))
  handle.touch('function', id)
  const after = await requireFunction(trx, scope, name)
  auditFunction(handle, 'function.created', after, { after: auditedFunction(after) })
  return await insertDeployTask(handle, 'create_faas_function', scope, { faas_functions: [id] }, [
    id,
  ])
}

async function update(
  deps: SecretDeps,
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: FunctionName,
  patch: FunctionPatch,
): Promise<{ task: Task; after: FunctionEntity }> {
  const { trx, nowMs } = handle
  const before = await requireFunction(trx, scope, name)
  requireUnchanged(context, 'function', formatFunctionName(name), functionEditTag(before))
  const { autoscaling, keys, secretEnvs: _, ...columns } = patch
  const owner = { functionId: before.id }
  const secretEnvs = sealPatch(deps, owner, before.source.runtime, before, patch)
  await updateFunction(trx, before.id, { ...columns, ...autoscaling, secretEnvs }, nowMs)
  if (keys !== undefined) {
    const keyIds = await requireKeys(trx, scope, keys)
    await touchKeys(handle, await replaceKeysOfFunction(trx, before.id, keyIds))
  }
  handle.touch('function', before.id)
  const after = await requireFunction(trx, scope, name)
  auditFunction(handle, 'function.updated', after, {
    before: auditedFunction(before),
    after: {
      ...auditedFunction(after),
      ...auditedSecretChange(before.secretEnvs, after.secretEnvs),
    },
  })
  const resources = { faas_functions: [before.id] }
  if (!needsDeploy(before, { ...patch, secretEnvs })) {
    const task = await insertFinishedTask(handle, 'update_faas_function', scope, resources)
    return { task, after }
  }
  await markForDeploy(trx, before.id)
  const ids = [before.id]
  const task = await insertDeployTask(handle, 'update_faas_function', scope, resources, ids)
  return { task, after }
}

async function remove(
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: FunctionName,
): Promise<Task> {
  const fn = await requireFunction(handle.trx, scope, name)
  requireUnchanged(context, 'function', formatFunctionName(name), functionEditTag(fn))
  await removeFunctions(handle, [fn])
  await deleteFunction(handle.trx, fn.id)
  const resources = { faas_functions: [fn.id] }
  return await insertFinishedTask(handle, 'delete_faas_function', scope, resources)
}

async function requireNamespace(db: Db, scope: Scope, name: string) {
  await requireScope(db, scope)
  const namespace = await findNamespace(db, scope, name)
  if (namespace === undefined) throw noNamespace(name)
  return namespace
}

export async function requireFunction(db: Db, scope: Scope, name: FunctionName) {
  await requireNamespace(db, scope, name.namespace)
  const fn = await findFunction(db, scope, name)
  if (fn === undefined) throw noFunction(name)
  return fn
}

/** One chance in 2^40 for a pair of functions. */
function labelTaken(label: string): PublicError {
  return new PublicError(
    'conflict',
    `Another function already answers as ${label}; choose another name.`,
  )
}
