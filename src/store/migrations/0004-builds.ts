import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('functions').addColumn('build_started_at_ms', 'bigint').execute()
  await db.schema.alterTable('functions').addColumn('build_finished_at_ms', 'bigint').execute()
  await db.schema.alterTable('deploys').addColumn('rollback_to', 'integer').execute()
  await db.schema
    .createTable('function_versions')
    .addColumn('function_id', 'text', (c) =>
      c.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('runtime', 'text', (c) => c.notNull())
    .addColumn('code_text', 'text', (c) => c.notNull())
    .addColumn('files', 'text', (c) => c.notNull())
    .addColumn('dependencies', 'text', (c) => c.notNull())
    .addColumn('main_method', 'text', (c) => c.notNull())
    .addColumn('envs', 'text', (c) => c.notNull())
    .addColumn('flavor', 'text', (c) => c.notNull())
    .addColumn('artifact_id', 'text', (c) => c.notNull())
    .addColumn('deployed', 'text', (c) => c.notNull())
    .addColumn('token_id', 'bigint', (c) => c.notNull())
    .addColumn('token_name', 'text', (c) => c.notNull())
    .addColumn('task_id', 'text', (c) => c.notNull())
    .addColumn('rolled_back_to', 'integer')
    .addPrimaryKeyConstraint('function_versions_pk', ['function_id', 'number'])
    .execute()
}
