import type { NewEvent } from '../domain/events.ts'
import { toJson } from './columns.ts'
import type { Trx } from './dialect.ts'
import { queueDeliveries } from './webhook-deliveries.ts'

/** In the transaction of what it tells of. False when there is one with the same `once` already. */
export async function insertEvent(trx: Trx, event: NewEvent, nowMs: number): Promise<boolean> {
  const row = await trx
    .insertInto('events')
    .values({
      at_ms: nowMs,
      type: event.type,
      project_id: event.scope.projectId,
      region_id: event.scope.regionId,
      key_id: event.keyId,
      key_name: event.keyName,
      data: toJson(event.data ?? {}),
      once: event.once ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) return false
  await queueDeliveries(trx, row.id!, event, nowMs)
  return true
}
