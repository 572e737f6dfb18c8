import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await webhooks(db)
  await deliveries(db)
  await attempts(db)
}

async function webhooks(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('webhooks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    // JSON list, empty for all.
    .addColumn('events', 'text', (c) => c.notNull())
    // Null while it is enabled.
    .addColumn('disabled_reason', 'text')
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('old_secret', 'text')
    .addColumn('old_secret_end_ms', 'bigint')
    .addColumn('last_delivered_at_ms', 'bigint')
    .addColumn('last_failed_at_ms', 'bigint')
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('webhooks_by_project')
    .on('webhooks')
    .columns(['project_id', 'revision'])
    .execute()
}

async function deliveries(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    // Null for a mail, as the recipient is for a webhook.
    .addColumn('webhook_id', 'text', (c) => c.references('webhooks.id').onDelete('cascade'))
    .addColumn('recipient', 'text')
    .addColumn('event_id', 'bigint')
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    // How often it was tried since it was queued, or queued again.
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('queued_at_ms', 'bigint', (c) => c.notNull())
    // While it is sent: when others may take it for abandoned.
    .addColumn('next_at_ms', 'bigint')
    .addColumn('lease', 'text')
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_at_ms', 'bigint')
    // Why it failed where no attempt says so.
    .addColumn('reason', 'text')
    .execute()
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .columns(['webhook_id', 'next_at_ms'])
    .where(sql.ref('state'), '=', sql.lit('waiting'))
    .execute()
  await db.schema
    .createIndex('deliveries_of_webhook')
    .on('deliveries')
    .columns(['webhook_id', 'number'])
    .execute()
  await db.schema
    .createIndex('deliveries_of_project')
    .on('deliveries')
    .columns(['project_id', 'number'])
    .execute()
  await db.schema
    .createIndex('deliveries_by_age')
    .on('deliveries')
    .column('created_at_ms')
    .execute()
}

async function attempts(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('delivery_attempts')
    .addColumn('delivery', 'integer', (c) =>
      c.notNull().references('deliveries.number').onDelete('cascade'),
    )
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .addColumn('duration_ms', 'integer')
    .addColumn('answer', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('delivery_attempts_pk', ['delivery', 'number'])
    .execute()
}
