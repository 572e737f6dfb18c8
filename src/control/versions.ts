import { auditedFunction } from '../domain/audit-views.ts'
import { PublicError } from '../domain/errors.ts'
import { type FunctionName, formatFunctionName, type Scope } from '../domain/names.ts'
import type { Task } from '../domain/task.ts'
import type { ChangeHandle } from '../store/change.ts'
import type { Db } from '../store/dialect.ts'
import { markForDeploy } from '../store/function-builds.ts'
import {
  findVersion,
  listVersions,
  newestVersion,
  numberBefore,
} from '../store/function-versions.ts'
import { updateFunction } from '../store/functions.ts'
import { commit } from './commit.ts'
import type { DeployWorker } from './deploy-worker.ts'
import type { ControlDeps } from './deps.ts'
import { auditFunction } from './function-changes.ts'
import { requireFunction } from './functions.ts'
import { insertDeployTask } from './tasks.ts'
import { diffVersions } from './version-diff.ts'
import type { VersionUseCases } from './versions-control.ts'

export function versionUseCases(deps: ControlDeps, worker: DeployWorker): VersionUseCases {
  const { db } = deps.store
  return {
    async list(scope, name, query) {
      const { id } = await requireFunction(db, scope, name)
      const current = (await newestVersion(db, id))?.number
      const { count, results } = await listVersions(db, id, query)
      return { count, results: results.map((v) => ({ ...v, isCurrent: v.number === current })) }
    },

    async get(scope, name, number) {
      const { id } = await requireFunction(db, scope, name)
      const version = await requireVersion(db, id, name, number)
      const current = (await newestVersion(db, id))?.number
      return { ...version, isCurrent: version.number === current }
    },

    async diff(scope, name, number, withNumber) {
      const { id } = await requireFunction(db, scope, name)
      const after = await requireVersion(db, id, name, number)
      const other = withNumber ?? (await numberBefore(db, id, number))
      if (other === undefined) throw noVersionBefore(name, number)
      return await diffVersions(await requireVersion(db, id, name, other), after)
    },

    async rollback(context, scope, name, number) {
      const changed = await commit(deps, context, (handle) => rollback(handle, scope, name, number))
      worker.wake()
      return changed
    },
  }
}

/** The function is given the version's fields, so that the next edit starts from them, and deployed. */
async function rollback(
  handle: ChangeHandle,
  scope: Scope,
  name: FunctionName,
  number: number,
): Promise<Task> {
  const { trx, nowMs } = handle
  const before = await requireFunction(trx, scope, name)
  const { id } = before
  const version = await requireVersion(trx, id, name, number)
  const { codeText, files, dependencies, mainMethod } = version.source
  const { envs, secretEnvs, flavor } = version
  const fields = { codeText, files, dependencies, mainMethod, envs, secretEnvs, flavor }
  await updateFunction(trx, id, fields, nowMs)
  await markForDeploy(trx, id)
  handle.touch('function', id)
  const after = await requireFunction(trx, scope, name)
  auditFunction(handle, 'function.rolled-back', after, {
    before: auditedFunction(before),
    after: { ...auditedFunction(after), version: number },
  })
  const resources = { faas_functions: [id] }
  return await insertDeployTask(handle, 'update_faas_function', scope, resources, [id], number)
}

async function requireVersion(db: Db, functionId: string, name: FunctionName, number: number) {
  const version = await findVersion(db, functionId, number)
  if (version !== undefined) return version
  const sentence = `${formatFunctionName(name)} has no version ${number}, or it is not kept any more.`
  throw new PublicError('not_found', sentence)
}

function noVersionBefore(name: FunctionName, number: number): PublicError {
  const which = `Before version ${number} of ${formatFunctionName(name)}`
  return new PublicError('not_found', `${which} none is kept to compare it with.`)
}
