import type { Task } from '../domain/task.ts'
import { type DeployStanding, deploysOfTask } from '../store/deploys.ts'
import type { Trx } from '../store/dialect.ts'
import { endTask, type TaskEnd } from '../store/tasks.ts'

/** Ends the task when the last of its deployments has ended. */
export async function settleTask(
  trx: Trx,
  task: Pick<Task, 'id' | 'type'>,
  nowMs: number,
): Promise<void> {
  const end = taskEnd(task.type, await deploysOfTask(trx, task.id))
  if (end !== undefined) await endTask(trx, task.id, end, nowMs)
}

/** Undefined while a deployment is unfinished. */
export function taskEnd(
  type: Task['type'],
  deploys: readonly DeployStanding[],
): TaskEnd | undefined {
  if (deploys.some(({ state }) => state === 'NEW' || state === 'RUNNING')) return undefined
  const errors = deploys.flatMap(({ error }) => (error === null ? [] : [error]))
  // A namespace's other functions are served as was asked; one that was deleted needs nothing.
  if (type !== 'update_faas_namespace' && deploys.some(({ state }) => state === 'GONE')) {
    errors.push('The function was deleted.')
  }
  return errors.length === 0 ? { state: 'FINISHED' } : { state: 'ERROR', error: errors.join('\n') }
}
