import type { Db, Trx } from './dialect.ts'

/** Small facts about the store itself, as text. */
export async function readMark(db: Db, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('marks')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

export async function setMark(trx: Trx, name: string, value: string): Promise<void> {
  await trx
    .insertInto('marks')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
