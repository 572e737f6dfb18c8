import { sql } from 'kysely'
import type { Db, Trx } from './dialect.ts'
import type { DeployState } from './tables.ts'

/** One function that one task has to build and put to work. */
export interface Deploy {
  readonly taskId: string
  readonly functionId: string
  /** The number of the version to bring back, if any. */
  readonly rollbackTo?: number | null
}

export type DeployEnd =
  | { readonly state: 'DONE' }
  | { readonly state: 'FAILED'; readonly error: string }
  /** The function was deleted meanwhile. */
  | { readonly state: 'GONE' }

export interface Lease {
  /** Names one worker of one run of the program. */
  readonly owner: string
  readonly untilMs: number
}

export async function enqueueDeploy(trx: Trx, deploy: Deploy, revision: number): Promise<void> {
  await trx
    .insertInto('deploys')
    .values({
      task_id: deploy.taskId,
      function_id: deploy.functionId,
      state: 'NEW',
      error: null,
      owner: null,
      lease_until_ms: null,
      rollback_to: deploy.rollbackTo ?? null,
      revision,
    })
    .execute()
}

/**
 * Takes the oldest deployment that is new, or whose worker let its lease run out, if no older one
 * of the same function is unfinished. The update repeats the condition, so that of two workers that
 * saw the same row one gets it.
 */
export async function claimDeploy(
  trx: Trx,
  lease: Lease,
  nowMs: number,
): Promise<Deploy | undefined> {
  const free = await trx
    .selectFrom('deploys as d')
    .select(['d.task_id', 'd.function_id'])
    .where(isFree('d', nowMs))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('deploys as older')
            .select('older.task_id')
            .whereRef('older.function_id', '=', 'd.function_id')
            .whereRef('older.revision', '<', 'd.revision')
            .where('older.state', 'in', ['NEW', 'RUNNING']),
        ),
      ),
    )
    .orderBy('d.revision')
    .orderBy('d.function_id')
    .limit(1)
    .executeTakeFirst()
  if (free === undefined) return undefined
  const taken = await trx
    .updateTable('deploys')
    .set({ state: 'RUNNING', owner: lease.owner, lease_until_ms: lease.untilMs })
    .where('task_id', '=', free.task_id)
    .where('function_id', '=', free.function_id)
    .where(isFree('deploys', nowMs))
    .returning(['task_id', 'function_id', 'rollback_to'])
    .executeTakeFirst()
  if (taken === undefined) return undefined
  const { task_id: taskId, function_id: functionId, rollback_to: rollbackTo } = taken
  return { taskId, functionId, rollbackTo }
}

function isFree(table: string, nowMs: number) {
  const state = sql.ref(`${table}.state`)
  const until = sql.ref(`${table}.lease_until_ms`)
  return sql<boolean>`(${state} = 'NEW' or (${state} = 'RUNNING' and ${until} <= ${nowMs}))`
}

/** False when another worker has taken the deployment over. */
export async function renewLease(db: Db, deploy: Deploy, lease: Lease): Promise<boolean> {
  const row = await db
    .updateTable('deploys')
    .set({ lease_until_ms: lease.untilMs })
    .where('task_id', '=', deploy.taskId)
    .where('function_id', '=', deploy.functionId)
    .where('state', '=', 'RUNNING')
    .where('owner', '=', lease.owner)
    .returning('owner')
    .executeTakeFirst()
  return row !== undefined
}

export async function endDeploy(trx: Trx, deploy: Deploy, end: DeployEnd): Promise<void> {
  await trx
    .updateTable('deploys')
    .set({
      state: end.state,
      error: end.state === 'FAILED' ? end.error : null,
      owner: null,
      lease_until_ms: null,
    })
    .where('task_id', '=', deploy.taskId)
    .where('function_id', '=', deploy.functionId)
    .execute()
}

/** Ends all leases: for a start after which nobody else can be at work. */
export async function releaseLeases(db: Db): Promise<void> {
  await db
    .updateTable('deploys')
    .set({ state: 'NEW', owner: null, lease_until_ms: null })
    .where('state', '=', 'RUNNING')
    .execute()
}

export interface DeployStanding {
  readonly functionId: string
  readonly state: DeployState
  readonly error: string | null
}

/** How all deployments of a task stand. */
export async function deploysOfTask(db: Db, taskId: string): Promise<DeployStanding[]> {
  const rows = await db
    .selectFrom('deploys')
    .select(['function_id', 'state', 'error'])
    .where('task_id', '=', taskId)
    .orderBy('function_id')
    .execute()
  return rows.map((row) => ({ functionId: row.function_id, state: row.state, error: row.error }))
}
