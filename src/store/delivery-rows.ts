import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ANSWER_BYTES_KEPT, type AttemptOutcome } from '../domain/delivery.ts'
import type { Trx } from './dialect.ts'

export async function insertAttempt(
  trx: Trx,
  delivery: number,
  atMs: number,
  attempt: Pick<AttemptOutcome, 'status' | 'error' | 'answer'> & {
    readonly durationMs: number | null
  },
): Promise<void> {
  const last = await trx
    .selectFrom('delivery_attempts')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('delivery', '=', delivery)
    .executeTakeFirst()
  await trx
    .insertInto('delivery_attempts')
    .values({
      delivery,
      number: (last?.number ?? 0) + 1,
      at_ms: atMs,
      status: attempt.status,
      error: attempt.error,
      duration_ms: attempt.durationMs === null ? null : Math.round(attempt.durationMs),
      answer: attempt.answer.slice(0, ANSWER_BYTES_KEPT),
    })
    .execute()
}

/** Deliveries to a webhook, or all mails where it is null. */
export function isTarget(webhookId: string | null): RawBuilder<SqlBool> {
  return webhookId === null
    ? sql<SqlBool>`webhook_id is null`
    : sql<SqlBool>`webhook_id = ${webhookId}`
}
