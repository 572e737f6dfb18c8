import { fromJson, toJson } from './columns.ts'
import type { Db, Trx } from './dialect.ts'

export interface RememberedAnswer {
  readonly status: number
  readonly body: unknown
}

export interface IdempotencyRecord {
  readonly fingerprint: string
  readonly answer: RememberedAnswer
}

const REMEMBERED_MS = 24 * 60 * 60 * 1000
/** Stands in a row between its claim and its answer, which only the claiming transaction can see. */
const UNANSWERED = 0

export interface IdempotencyClaim {
  /** See `operatorOf`. */
  readonly operator: string
  readonly key: string
  readonly fingerprint: string
  readonly nowMs: number
}

/** What was answered under this key within a day. */
export async function findIdempotency(
  db: Db,
  operator: string,
  key: string,
  nowMs: number,
): Promise<IdempotencyRecord | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('operator', '=', operator)
    .where('key', '=', key)
    .where('created_at_ms', '>', nowMs - REMEMBERED_MS)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    fingerprint: row.fingerprint,
    answer: { status: row.status, body: fromJson(row.body) },
  }
}

/** Takes the key for this transaction, forgetting what is older than a day; false when it is in use. */
export async function claimIdempotencyKey(trx: Trx, claim: IdempotencyClaim): Promise<boolean> {
  await trx
    .deleteFrom('idempotency')
    .where('created_at_ms', '<=', claim.nowMs - REMEMBERED_MS)
    .execute()
  const row = await trx
    .insertInto('idempotency')
    .values({
      operator: claim.operator,
      key: claim.key,
      fingerprint: claim.fingerprint,
      status: UNANSWERED,
      body: 'null',
      created_at_ms: claim.nowMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

export async function rememberAnswer(
  trx: Trx,
  operator: string,
  key: string,
  answer: RememberedAnswer,
): Promise<void> {
  await trx
    .updateTable('idempotency')
    .set({ status: answer.status, body: toJson(answer.body ?? null) })
    .where('operator', '=', operator)
    .where('key', '=', key)
    .execute()
}
