import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await keys(db)
  await grants(db)
  await deletedKeys(db)
  await policies(db)
  await events(db)
  await actors(db)
}

async function keys(db: Kysely<never>): Promise<void> {
  const text = ['labels', 'issued_by'] as const
  const defaults = { labels: '{}', issued_by: '' }
  for (const name of text) {
    await db.schema
      .alterTable('keys')
      .addColumn(name, 'text', (c) => c.notNull().defaultTo(defaults[name]))
      .execute()
  }
  for (const name of ['not_before_ms', 'disabled_at_ms']) {
    await db.schema.alterTable('keys').addColumn(name, 'bigint').execute()
  }
  await db.schema
    .alterTable('keys')
    .addColumn('changed_revision', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  // The old secret of a rotation; all of them null while there is none.
  for (const name of ['old_digest', 'old_hint']) {
    await db.schema.alterTable('keys').addColumn(name, 'text').execute()
  }
  const times = ['rotated_at_ms', 'rotation_grace_seconds', 'rotation_used_at_ms']
  for (const name of [...times, 'rotation_hard_end_ms']) {
    await db.schema.alterTable('keys').addColumn(name, 'bigint').execute()
  }
  await sql`update keys set changed_revision = revision`.execute(db)
  await sql`update keys set issued_by = coalesce((
    select t.name from audit a join tokens t on t.id = a.token_id
    where a.action = 'key.created' and a.entity_id = keys.id
  ), '')`.execute(db)
  await db.schema
    .createIndex('keys_old_digest')
    .on('keys')
    .column('old_digest')
    .unique()
    .where(sql.ref('old_digest'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('keys_by_creation')
    .on('keys')
    .columns(['project_id', 'region_id', 'created_at_ms', 'revision'])
    .execute()
  // Few keys: whether a page of a snapshot has any of them must cost nothing.
  await sql`create index keys_marked on keys (id)
    where not_before_ms is not null or disabled_at_ms is not null or old_digest is not null`.execute(
    db,
  )
}

async function grants(db: Kysely<never>): Promise<void> {
  for (const name of ['methods', 'paths']) {
    await db.schema
      .alterTable('grants')
      .addColumn(name, 'text', (c) => c.notNull().defaultTo('[]'))
      .execute()
  }
  await sql`create index grants_limited on grants (key_id)
    where methods <> '[]' or paths <> '[]'`.execute(db)
  await db.schema
    .createTable('namespace_grants')
    .addColumn('key_id', 'text', (c) => c.notNull().references('keys.id').onDelete('cascade'))
    .addColumn('namespace_id', 'text', (c) =>
      c.notNull().references('namespaces.id').onDelete('cascade'),
    )
    .addColumn('methods', 'text', (c) => c.notNull())
    .addColumn('paths', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('namespace_grants_pk', ['key_id', 'namespace_id'])
    .execute()
  await db.schema
    .createIndex('namespace_grants_by_namespace')
    .on('namespace_grants')
    .column('namespace_id')
    .execute()
}

/** What can still be brought back. The names of these keys are free. */
async function deletedKeys(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('deleted_keys')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('region_id', 'bigint', (c) => c.notNull().references('regions.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('deleted_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('deleted_by', 'text', (c) => c.notNull())
    .addColumn('leaked', 'integer', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    // The row of `keys` and its grants, as JSON.
    .addColumn('kept', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('deleted_keys_by_time')
    .on('deleted_keys')
    .columns(['project_id', 'region_id', 'deleted_at_ms'])
    .execute()
  await db.schema
    .createIndex('deleted_keys_by_name')
    .on('deleted_keys')
    .columns(['project_id', 'region_id', 'name'])
    .execute()
  await db.schema
    .createIndex('deleted_keys_by_age')
    .on('deleted_keys')
    .column('deleted_at_ms')
    .execute()
}

async function policies(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('projects').addColumn('key_life_days_max', 'integer').execute()
  await db.schema
    .alterTable('projects')
    .addColumn('keys_must_expire', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema
    .alterTable('projects')
    .addColumn('notice_days', 'text', (c) => c.notNull().defaultTo('[30,14,7,1]'))
    .execute()
  await db.schema
    .alterTable('projects')
    .addColumn('unused_days', 'integer', (c) => c.notNull().defaultTo(90))
    .execute()
  await db.schema
    .alterTable('projects')
    .addColumn('notice_emails', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()
}

/** Who asked, beside the token: what both are called outlives them. */
async function actors(db: Kysely<never>): Promise<void> {
  for (const table of ['audit', 'tasks']) {
    await db.schema
      .alterTable(table)
      .addColumn('user_id', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema
      .alterTable(table)
      .addColumn('actor', 'text', (c) => c.notNull().defaultTo(''))
      .execute()
    await sql`update ${sql.table(table)} set actor = coalesce(
      (select name from tokens where tokens.id = token_id), ''
    )`.execute(db)
  }
}

async function events(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('region_id', 'bigint', (c) => c.notNull().references('regions.id'))
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('key_name', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    // Several may have none: null is never equal to null.
    .addColumn('once', 'text', (c) => c.unique())
    .execute()
  await db.schema
    .createIndex('events_by_project')
    .on('events')
    .columns(['project_id', 'id'])
    .execute()
}
