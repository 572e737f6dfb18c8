import type { Kysely } from 'kysely'

/** Verdicts that came with disabled keys, keys whose time has not come, and limited grants. */
const VERDICTS = ['disabled', 'not_yet', 'not_permitted']

export async function up(db: Kysely<never>): Promise<void> {
  for (const table of ['usage_minutes', 'usage_hours', 'usage_days']) {
    for (const verdict of VERDICTS) {
      await db.schema
        .alterTable(table)
        .addColumn(verdict, 'bigint', (c) => c.notNull().defaultTo(0))
        .execute()
    }
  }
}
