import { auditedNamespace, auditedSecretChange } from '../domain/audit-views.ts'
import { namespaceEditTag } from '../domain/edit-tag.ts'
import type { Scope } from '../domain/names.ts'
import type { Namespace } from '../domain/namespace.ts'
import type { Task } from '../domain/task.ts'
import { newId } from '../lib/ids.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Db, Trx } from '../store/dialect.ts'
import { markForDeploy } from '../store/function-builds.ts'
import { listFunctionNames } from '../store/function-names.ts'
import { countFunctions, functionsOfNamespaces } from '../store/functions.ts'
import { keyIdsOfNamespaces } from '../store/grants.ts'
import {
  deleteNamespace,
  findNamespace,
  insertNamespace,
  listNamespaces,
  updateNamespace,
} from '../store/namespaces.ts'
import { commit } from './commit.ts'
import type { DeployWorker } from './deploy-worker.ts'
import type { ControlDeps } from './deps.ts'
import { removeFunctions } from './function-changes.ts'
import { sameValue } from './function-input.ts'
import { viewsOf } from './function-views.ts'
import type { NamespaceUseCases, NamespaceView } from './functions-control.ts'
import { touchKeys } from './keys-changed.ts'
import type { ChangeContext } from './requests.ts'
import { nameTaken, noNamespace, requireScope } from './scope.ts'
import { type SecretDeps, sealPatch } from './secret-input.ts'
import { insertDeployTask, insertFinishedTask } from './tasks.ts'
import { requireUnchanged } from './unchanged.ts'

type NewNamespace = Parameters<NamespaceUseCases['create']>[2]
type NamespacePatch = Parameters<NamespaceUseCases['update']>[3]

export function namespaceUseCases(deps: ControlDeps, worker: DeployWorker): NamespaceUseCases {
  const { db } = deps.store
  return {
    async list(scope, { orderBy, withFunctions = true, ...query }) {
      await requireScope(db, scope)
      const { field, descending } = orderBy
      const page = await listNamespaces(db, scope, { ...query, orderBy: field, descending })
      return { count: page.count, results: await viewed(deps, page.results, withFunctions) }
    },

    async get(scope, name, { withFunctions = true } = {}) {
      const namespace = await requireNamespace(db, scope, name)
      return (await viewed(deps, [namespace], withFunctions))[0]!
    },

    async functionNames(scope, query) {
      await requireScope(db, scope)
      return await listFunctionNames(db, scope, query)
    },

    create: (context, scope, input) =>
      commit(deps, context, (handle) => create(deps, handle, scope, input)),

    async update(context, scope, name, patch) {
      let editTag = ''
      const changed = await commit(deps, context, async (handle) => {
        const { task, after } = await update(deps, handle, context, scope, name, patch)
        editTag = namespaceEditTag(after)
        return task
      })
      if (changed.value.state === 'NEW') worker.wake()
      return { ...changed, editTag }
    },

    delete: (context, scope, name) =>
      commit(deps, context, (handle) => remove(handle, context, scope, name)),
  }
}

async function viewed(
  deps: ControlDeps,
  namespaces: readonly Namespace[],
  withFunctions: boolean,
): Promise<NamespaceView[]> {
  const { db } = deps.store
  const ids = namespaces.map((namespace) => namespace.id)
  const counts = await countFunctions(db, ids)
  const found = withFunctions ? await functionsOfNamespaces(db, ids) : []
  // The page is of one scope, in which names are unique.
  const byName = Map.groupBy(await viewsOf(deps, found), ({ fn }) => fn.namespace)
  return namespaces.map((namespace) => ({
    namespace,
    functions: byName.get(namespace.name) ?? [],
    counts: counts.get(namespace.id) ?? { total: 0, ready: 0 },
  }))
}

async function create(
  deps: SecretDeps,
  handle: ChangeHandle,
  scope: Scope,
  input: NewNamespace,
): Promise<Task> {
  await requireScope(handle.trx, scope)
  const { envs } = input
  const owner = { scope, namespace: input.name }
  const namespace: Namespace = {
    id: newId(),
    projectId: scope.projectId,
    regionId: scope.regionId,
    name: input.name,
    description: input.description,
    envs,
    secretEnvs: sealPatch(deps, owner, null, { envs, secretEnvs: {} }, input) ?? {},
    createdAtMs: handle.nowMs,
  }
  if (!(await insertNamespace(handle.trx, namespace, handle.revision))) {
    throw nameTaken('namespace', input.name)
  }
  handle.audit(auditEntry('namespace.created', namespace, { after: auditedNamespace(namespace) }))
  return await insertFinishedTask(handle, 'create_faas_namespace', scope, {
    faas_namespaces: [namespace.id],
  })
}

async function update(
  deps: SecretDeps,
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: string,
  patch: NamespacePatch,
): Promise<{ task: Task; after: Namespace }> {
  const { trx } = handle
  const before = await requireNamespace(trx, scope, name)
  requireUnchanged(context, 'namespace', name, namespaceEditTag(before))
  const owner = { scope, namespace: name }
  const { secretEnvs: _, ...columns } = patch
  const secretEnvs = sealPatch(deps, owner, null, before, patch)
  const change = { ...columns, ...(secretEnvs === undefined ? {} : { secretEnvs }) }
  await updateNamespace(trx, before.id, change)
  const after = { ...before, ...change }
  handle.audit(
    auditEntry('namespace.updated', before, {
      before: auditedNamespace(before),
      after: {
        ...auditedNamespace(after),
        ...auditedSecretChange(before.secretEnvs, after.secretEnvs),
      },
    }),
  )
  const resources = { faas_namespaces: [before.id] }
  const isSame =
    sameValue(before.envs, after.envs) && sameValue(before.secretEnvs, after.secretEnvs)
  const ids = isSame ? [] : await idsToDeploy(trx, before.id)
  for (const id of ids) await markForDeploy(trx, id)
  const action = 'update_faas_namespace'
  const task =
    ids.length === 0
      ? await insertFinishedTask(handle, action, scope, resources)
      : await insertDeployTask(handle, action, scope, resources, ids)
  return { task, after }
}

/** All but those that have nothing to deploy again: never built, and known not to build. */
async function idsToDeploy(trx: Trx, namespaceId: string): Promise<string[]> {
  const functions = await functionsOfNamespaces(trx, [namespaceId])
  return functions
    .filter((fn) => fn.deployed !== null || fn.buildStatus !== 'failed')
    .map((fn) => fn.id)
}

async function remove(
  handle: ChangeHandle,
  context: ChangeContext,
  scope: Scope,
  name: string,
): Promise<Task> {
  const namespace = await requireNamespace(handle.trx, scope, name)
  requireUnchanged(context, 'namespace', name, namespaceEditTag(namespace))
  await removeFunctions(handle, await functionsOfNamespaces(handle.trx, [namespace.id]))
  await touchKeys(handle, await keyIdsOfNamespaces(handle.trx, [namespace.id]))
  await deleteNamespace(handle.trx, namespace.id)
  handle.audit(auditEntry('namespace.deleted', namespace, { before: auditedNamespace(namespace) }))
  return await insertFinishedTask(handle, 'delete_faas_namespace', scope, {
    faas_namespaces: [namespace.id],
  })
}

function auditEntry(
  action: AuditEntry['action'],
  namespace: Namespace,
  shown: Pick<AuditEntry, 'before' | 'after'>,
): AuditEntry {
  const scope = { projectId: namespace.projectId, regionId: namespace.regionId }
  return { action, entityId: namespace.id, entityName: namespace.name, scope, ...shown }
}

async function requireNamespace(db: Db, scope: Scope, name: string): Promise<Namespace> {
  await requireScope(db, scope)
  const namespace = await findNamespace(db, scope, name)
  if (namespace === undefined) throw noNamespace(name)
  return namespace
}
