import type { Trigger, TriggerInput } from '../domain/trigger.ts'
import { fromFlag, fromJson, toFlag, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'
import type { TriggerRow } from './tables.ts'

/** False when the function has one of this name. */
export async function insertTrigger(
  trx: Trx,
  trigger: Trigger,
  revision: number,
): Promise<boolean> {
  const row = await trx
    .insertInto('triggers')
    .values({
      id: trigger.id,
      function_id: trigger.functionId,
      name: trigger.name,
      ...columnsOf(trigger),
      next_run_at_ms: trigger.nextRunAtMs,
      revision,
      created_at_ms: trigger.createdAtMs,
      updated_at_ms: trigger.updatedAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findTrigger(
  db: Db,
  functionId: string,
  name: string,
): Promise<Trigger | undefined> {
  const row = await db
    .selectFrom('triggers')
    .selectAll()
    .where('function_id', '=', functionId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? undefined : triggerOf(row)
}

/** By name. */
export async function listTriggers(db: Db, functionId: string): Promise<Trigger[]> {
  const rows = await db
    .selectFrom('triggers')
    .selectAll()
    .where('function_id', '=', functionId)
    .orderBy('name')
    .execute()
  return rows.map(triggerOf)
}

export async function updateTrigger(
  trx: Trx,
  id: string,
  trigger: TriggerInput & { readonly nextRunAtMs: number | null },
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('triggers')
    .set({ ...columnsOf(trigger), next_run_at_ms: trigger.nextRunAtMs, updated_at_ms: nowMs })
    .where('id', '=', id)
    .execute()
}

/** Takes its runs with it. */
export async function deleteTrigger(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('triggers').where('id', '=', id).execute()
}

export function triggerOf(row: TriggerRow): Trigger {
  return {
    id: row.id,
    functionId: row.function_id,
    name: row.name,
    schedule: row.schedule,
    timezone: row.timezone,
    method: row.method,
    path: row.path,
    headers: fromJson<Readonly<Record<string, string>>>(row.headers),
    body: row.body,
    enabled: fromFlag(row.enabled),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    nextRunAtMs: row.next_run_at_ms,
  }
}

function columnsOf(trigger: TriggerInput) {
  return {
    schedule: trigger.schedule,
    timezone: trigger.timezone,
    method: trigger.method,
    path: trigger.path,
    headers: toJson(trigger.headers),
    body: trigger.body,
    enabled: toFlag(trigger.enabled),
  }
}
