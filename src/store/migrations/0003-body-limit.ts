import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('functions')
    .addColumn('max_body_bytes', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
}
