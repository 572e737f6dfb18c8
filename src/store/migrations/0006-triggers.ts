import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('triggers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('function_id', 'text', (c) =>
      c.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('schedule', 'text', (c) => c.notNull())
    .addColumn('timezone', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('headers', 'text', (c) => c.notNull())
    .addColumn('body', 'text')
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('next_run_at_ms', 'bigint')
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('triggers_name', ['function_id', 'name'])
    .execute()
  await db.schema.createIndex('triggers_due').on('triggers').column('next_run_at_ms').execute()
  await db.schema
    .createTable('trigger_runs')
    .addColumn('trigger_id', 'text', (c) =>
      c.notNull().references('triggers.id').onDelete('cascade'),
    )
    .addColumn('tick_ms', 'bigint', (c) => c.notNull())
    .addColumn('call_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('claimed_at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('trigger_runs_pk', ['trigger_id', 'tick_ms'])
    .execute()
  await db.schema
    .createIndex('trigger_runs_by_state')
    .on('trigger_runs')
    .columns(['state', 'claimed_at_ms'])
    .execute()
}
