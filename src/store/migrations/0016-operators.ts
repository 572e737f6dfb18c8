import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await users(db)
  await tokens(db)
  await sessions(db)
  await idempotency(db)
}

async function users(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    // The address in one case, for no two people may differ in nothing else.
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('password', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('password_changed_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_log_in_at_ms', 'bigint')
    .execute()
  await db.schema
    .createTable('members')
    .addColumn('user_id', 'bigint', (c) => c.notNull().references('users.id').onDelete('cascade'))
    // 0 for all projects: part of the primary key, so it cannot be null.
    .addColumn('project_id', 'bigint', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('members_pk', ['user_id', 'project_id'])
    .execute()
  await db.schema.createIndex('members_by_project').on('members').column('project_id').execute()
}

async function tokens(db: Kysely<never>): Promise<void> {
  for (const name of ['description', 'issued_by']) {
    await db.schema
      .alterTable('tokens')
      .addColumn(name, 'text', (c) => c.notNull().defaultTo(''))
      .execute()
  }
  // Tokens that were made before there were roles may do everything, as they could.
  await db.schema
    .alterTable('tokens')
    .addColumn('roles', 'text', (c) => c.notNull().defaultTo('[{"projectId":null,"role":"owner"}]'))
    .execute()
  for (const name of ['expire_ms', 'last_used_at_ms']) {
    await db.schema.alterTable('tokens').addColumn(name, 'bigint').execute()
  }
  await db.schema
    .alterTable('tokens')
    .addColumn('user_id', 'bigint', (c) => c.references('users.id'))
    .execute()
  await sql`update tokens set issued_by = coalesce((
    select a.actor from audit a
    where a.action = 'token.created' and a.entity_id = cast(tokens.id as text)
  ), '')`.execute(db)
}

async function sessions(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('user_id', 'bigint', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('token_id', 'bigint', (c) => c.references('tokens.id').onDelete('cascade'))
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('seen_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('end_ms', 'bigint', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute()
  await db.schema.createIndex('sessions_by_token').on('sessions').column('token_id').execute()
  await db.schema.createIndex('sessions_by_end').on('sessions').column('end_ms').execute()
  await db.schema
    .createTable('log_in_limits')
    // `account:…`, `session:…` or `address:…`
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('failed_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('blocked_until_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('log_in_limits_by_time')
    .on('log_in_limits')
    .column('failed_at_ms')
    .execute()
}

/** Keyed by who asked, which is no longer always a token. */
async function idempotency(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('idempotency').renameTo('idempotency_by_token').execute()
  await db.schema.dropIndex('idempotency_by_age').execute()
  await db.schema
    .createTable('idempotency')
    .addColumn('operator', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_operator_pk', ['operator', 'key'])
    .execute()
  await sql`insert into idempotency
    select 'token:' || token_id, key, fingerprint, status, body, created_at_ms
    from idempotency_by_token`.execute(db)
  await db.schema.dropTable('idempotency_by_token').execute()
  await db.schema
    .createIndex('idempotency_by_age')
    .on('idempotency')
    .column('created_at_ms')
    .execute()
}
