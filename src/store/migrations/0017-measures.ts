import { type Kysely, sql } from 'kysely'

/** Cold starts in usage, how many instances functions had, and a list of all functions. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const step of ['minutes', 'hours', 'days']) {
    await db.schema
      .alterTable(`usage_${step}`)
      .addColumn('cold_starts', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
    await instances(db, `instance_${step}`)
  }
  // What functions are put in order and filtered by: behind their code it would be read for each of them.
  await sql`create index functions_listed on functions
    (namespace_id, name, id, disabled, build_status, (deployed is not null), created_at_ms,
      updated_at_ms, revision)`.execute(db)
}

/** No foreign key: what was counted outlives the function. */
async function instances(db: Kysely<never>, table: string): Promise<void> {
  await db.schema
    .createTable(table)
    .addColumn('function_id', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('highest', 'integer', (c) => c.notNull())
    .addColumn('total', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint(`${table}_pk`, ['function_id', 'at_ms'])
    .execute()
  await db.schema.createIndex(`${table}_by_time`).on(table).column('at_ms').execute()
}
