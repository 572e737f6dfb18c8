import { PublicError } from '../domain/errors.ts'
import type { Scope } from '../domain/names.ts'
import type { CreatedResources, Task, TaskType } from '../domain/task.ts'
import { newId } from '../lib/ids.ts'
import type { ChangeHandle } from '../store/change.ts'
import { enqueueDeploy } from '../store/deploys.ts'
import { findTask, insertTask, listTasks } from '../store/tasks.ts'
import type { TaskUseCases } from './control.ts'
import type { ControlDeps } from './deps.ts'

export function taskUseCases({ store }: ControlDeps): TaskUseCases {
  return {
    list: (query) => listTasks(store.db, query),

    async get(id) {
      const task = await findTask(store.db, id)
      if (task === undefined) throw new PublicError('not_found', `There is no task ${id}.`)
      return task
    },
  }
}

/** The record of a change that is complete when its transaction commits. */
export async function insertFinishedTask(
  handle: ChangeHandle,
  type: TaskType,
  scope: Scope,
  createdResources: CreatedResources,
): Promise<Task> {
  const task: Task = {
    ...newTask(handle, type, scope),
    state: 'FINISHED',
    finishedAtMs: handle.nowMs,
    createdResources,
  }
  await insertTask(handle.trx, task, handle.revision)
  return task
}

/**
 * The record of a change that ends when these functions are built and put to work. What it creates
 * is written down at once and shown when it has finished.
 */
export async function insertDeployTask(
  handle: ChangeHandle,
  type: TaskType,
  scope: Scope,
  createdResources: CreatedResources,
  functionIds: readonly string[],
  /** The number of the version of the function that is brought back, if any. */
  rollbackTo: number | null = null,
): Promise<Task> {
  const task: Task = { ...newTask(handle, type, scope), createdResources }
  await insertTask(handle.trx, task, handle.revision)
  for (const functionId of functionIds) {
    await enqueueDeploy(handle.trx, { taskId: task.id, functionId, rollbackTo }, handle.revision)
  }
  return task
}

function newTask({ actor, nowMs }: ChangeHandle, type: TaskType, scope: Scope): Task {
  return {
    id: newId(),
    type,
    state: 'NEW',
    projectId: scope.projectId,
    regionId: scope.regionId,
    tokenId: actor.tokenId,
    userId: actor.userId,
    actorName: actor.name,
    address: actor.address,
    requestId: actor.requestId,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    finishedAtMs: null,
    error: null,
    createdResources: {},
  }
}
