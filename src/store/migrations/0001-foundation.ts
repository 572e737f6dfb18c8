import type { Kysely } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await bookkeeping(db)
  await places(db)
  await functions(db)
  await keys(db)
  await work(db)
}

async function bookkeeping(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('marks')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('changes')
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('entity_kind', 'text', (c) => c.notNull())
    .addColumn('entity_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('changes_pk', ['revision', 'entity_kind', 'entity_id'])
    .execute()
  await db.schema
    .createTable('audit')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('token_id', 'bigint', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('project_id', 'bigint')
    .addColumn('region_id', 'bigint')
    .addColumn('entity_id', 'text', (c) => c.notNull())
    .addColumn('entity_name', 'text', (c) => c.notNull())
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('laggards', 'text')
    .execute()
  await db.schema.createIndex('audit_by_revision').on('audit').column('revision').execute()
  await db.schema
    .createTable('idempotency')
    .addColumn('token_id', 'bigint', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_pk', ['token_id', 'key'])
    .execute()
  await db.schema
    .createIndex('idempotency_by_age')
    .on('idempotency')
    .column('created_at_ms')
    .execute()
}

async function places(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('tokens_name', ['source', 'name'])
    .execute()
  await db.schema
    .createTable('projects')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('description', 'text')
    .addColumn('is_default', 'integer', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('regions')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('display_name', 'text', (c) => c.notNull().unique())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('namespaces')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('region_id', 'bigint', (c) => c.notNull().references('regions.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('envs', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('namespaces_name', ['project_id', 'region_id', 'name'])
    .execute()
}

async function functions(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('functions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('namespace_id', 'text', (c) =>
      c.notNull().references('namespaces.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull().unique())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('runtime', 'text', (c) => c.notNull())
    .addColumn('code_text', 'text', (c) => c.notNull())
    .addColumn('files', 'text', (c) => c.notNull())
    .addColumn('dependencies', 'text', (c) => c.notNull())
    .addColumn('main_method', 'text', (c) => c.notNull())
    .addColumn('envs', 'text', (c) => c.notNull())
    .addColumn('flavor', 'text', (c) => c.notNull())
    .addColumn('timeout_seconds', 'integer', (c) => c.notNull())
    .addColumn('min_instances', 'integer', (c) => c.notNull())
    .addColumn('max_instances', 'integer', (c) => c.notNull())
    .addColumn('requires_key', 'integer', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('build_status', 'text', (c) => c.notNull())
    .addColumn('build_message', 'text', (c) => c.notNull())
    .addColumn('deployed', 'text')
    .addColumn('generation', 'integer', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('functions_name', ['namespace_id', 'name'])
    .execute()
}

async function keys(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('keys')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('region_id', 'bigint', (c) => c.notNull().references('regions.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('expire_ms', 'bigint')
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('keys_name', ['project_id', 'region_id', 'name'])
    .execute()
  await db.schema
    .createTable('grants')
    .addColumn('key_id', 'text', (c) => c.notNull().references('keys.id').onDelete('cascade'))
    .addColumn('function_id', 'text', (c) =>
      c.notNull().references('functions.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('grants_pk', ['key_id', 'function_id'])
    .execute()
  await db.schema.createIndex('grants_by_function').on('grants').column('function_id').execute()
}

async function work(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('tasks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('project_id', 'bigint', (c) => c.notNull())
    .addColumn('region_id', 'bigint', (c) => c.notNull())
    .addColumn('token_id', 'bigint', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('created_resources', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('finished_at_ms', 'bigint')
    .execute()
  await db.schema
    .createIndex('tasks_by_time')
    .on('tasks')
    .columns(['created_at_ms', 'revision'])
    .execute()
  await db.schema
    .createTable('deploys')
    .addColumn('task_id', 'text', (c) => c.notNull().references('tasks.id').onDelete('cascade'))
    .addColumn('function_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('error', 'text')
    .addColumn('owner', 'text')
    .addColumn('lease_until_ms', 'bigint')
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('deploys_pk', ['task_id', 'function_id'])
    .execute()
  await db.schema
    .createIndex('deploys_by_state')
    .on('deploys')
    .columns(['state', 'revision'])
    .execute()
  await db.schema
    .createIndex('deploys_by_function')
    .on('deploys')
    .columns(['function_id', 'state'])
    .execute()
}
