import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('functions')
    .addColumn('network', 'text', (c) => c.notNull().defaultTo('outbound'))
    .execute()
}
