import type { Db, Trx } from './dialect.ts'

/** `changes_floor`: the change log holds everything after this revision. */
export type Counter = 'revision' | 'changes_floor' | 'token_id' | 'project_id' | 'user_id'

export async function readCounter(db: Db, name: Counter): Promise<number> {
  const row = await db
    .selectFrom('counters')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value ?? 0
}

/**
 * Counts one up and returns the new value, the first being 1. The row stays locked until the
 * transaction ends, so values have no gaps and commit in their order.
 */
export async function countUp(trx: Trx, name: Counter): Promise<number> {
  const row = await trx
    .insertInto('counters')
    .values({ name, value: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return row.value
}

export async function setCounter(trx: Trx, name: Counter, value: number): Promise<void> {
  await trx
    .insertInto('counters')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
