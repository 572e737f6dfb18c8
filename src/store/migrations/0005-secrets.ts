import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  for (const table of ['functions', 'namespaces', 'function_versions']) {
    await db.schema
      .alterTable(table)
      .addColumn('secret_envs', 'text', (c) => c.notNull().defaultTo('{}'))
      .execute()
  }
}
