import { SYSTEM_ACTOR } from '../domain/audit.ts'
import type { CreatedResources, Task, TaskState } from '../domain/task.ts'
import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import { countRows, type PageOf, type Slice } from './paging.ts'
import type { TaskRow } from './tables.ts'

/** What the task creates is kept from the start, and shown once it has finished. */
export async function insertTask(trx: Trx, task: Task, revision: number): Promise<void> {
  await trx
    .insertInto('tasks')
    .values({
      id: task.id,
      type: task.type,
      state: task.state,
      project_id: task.projectId,
      region_id: task.regionId,
      token_id: task.tokenId,
      user_id: task.userId,
      actor: task.actorName,
      address: task.address,
      request_id: task.requestId,
      error: task.error,
      created_resources: toJson(task.createdResources),
      revision,
      created_at_ms: task.createdAtMs,
      updated_at_ms: task.updatedAtMs,
      finished_at_ms: task.finishedAtMs,
    })
    .execute()
}

export async function findTask(db: Db, id: string): Promise<Task | undefined> {
  const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : taskOf(row)
}

export interface TaskFilter extends Slice {
  readonly descending: boolean
  readonly projectIds?: readonly number[]
  readonly regionIds?: readonly number[]
  readonly states?: readonly TaskState[]
  readonly types?: readonly string[]
  /** Creation time, both ends included. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** By creation. */
export async function listTasks(db: Db, filter: TaskFilter): Promise<PageOf<Task>> {
  let query = db.selectFrom('tasks')
  const { projectIds, regionIds, states, types, fromMs, toMs } = filter
  if (projectIds !== undefined) query = query.where('project_id', 'in', projectIds)
  if (regionIds !== undefined) query = query.where('region_id', 'in', regionIds)
  if (states !== undefined) query = query.where('state', 'in', states)
  if (types !== undefined) query = query.where('type', 'in', types as Task['type'][])
  if (fromMs !== undefined) query = query.where('created_at_ms', '>=', fromMs)
  if (toMs !== undefined) query = query.where('created_at_ms', '<=', toMs)
  const direction = filter.descending ? 'desc' : 'asc'
  const rows = await query
    .selectAll()
    .orderBy('created_at_ms', direction)
    .orderBy('revision', direction)
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { count: await countRows(query), results: rows.map(taskOf) }
}

/** States that no task is in are left out. */
export async function countTasksByState(
  db: Db,
): Promise<{ readonly state: TaskState; readonly count: number }[]> {
  const rows = await db
    .selectFrom('tasks')
    .select(['state', ({ fn }) => fn.countAll<number | string>().as('count')])
    .groupBy('state')
    .execute()
  return rows.map(({ state, count }) => ({ state, count: Number(count) }))
}

export async function markTaskRunning(trx: Trx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('tasks')
    .set({ state: 'RUNNING', updated_at_ms: nowMs })
    .where('id', '=', id)
    .where('state', '=', 'NEW')
    .execute()
}

/** Forgets the oldest tasks that have ended, with their deployments, beyond the `kept` newest tasks. */
export async function trimEndedTasks(trx: Trx, kept: number): Promise<void> {
  const newestToGo = await trx
    .selectFrom('tasks')
    .select('created_at_ms')
    .orderBy('created_at_ms', 'desc')
    .orderBy('revision', 'desc')
    .offset(kept)
    .limit(1)
    .executeTakeFirst()
  if (newestToGo === undefined) return
  await trx
    .deleteFrom('tasks')
    .where('created_at_ms', '<', newestToGo.created_at_ms)
    .where('state', 'in', ['FINISHED', 'ERROR'])
    .execute()
}

export type TaskEnd =
  | { readonly state: 'FINISHED' }
  | { readonly state: 'ERROR'; readonly error: string }

export async function endTask(trx: Trx, id: string, end: TaskEnd, nowMs: number): Promise<void> {
  await trx
    .updateTable('tasks')
    .set({
      state: end.state,
      updated_at_ms: nowMs,
      finished_at_ms: nowMs,
      error: end.state === 'ERROR' ? end.error : null,
    })
    .where('id', '=', id)
    .execute()
}

function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    type: row.type,
    state: row.state,
    projectId: row.project_id,
    regionId: row.region_id,
    tokenId: row.token_id,
    userId: row.user_id,
    actorName: row.actor,
    address: row.address,
    requestId: row.request_id,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    finishedAtMs: row.finished_at_ms,
    error: row.error,
    createdResources:
      row.state === 'FINISHED' ? fromJson<CreatedResources>(row.created_resources) : {},
  }
}

/** The newest task of each of these requests that asked for one. */
export async function newestTaskIds(
  db: Db,
  requestIds: readonly string[],
): Promise<Map<string, string>> {
  if (requestIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('tasks')
    .select(['request_id', 'id'])
    .where('request_id', 'in', requestIds)
    .where('request_id', '<>', SYSTEM_ACTOR.requestId)
    .orderBy('created_at_ms')
    .execute()
  return new Map(rows.map((row) => [row.request_id, row.id]))
}
