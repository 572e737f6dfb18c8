import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  await keyNotices(db)
  await noticeRules(db)
  await reads(db)
  await db.schema.createIndex('events_by_time').on('events').column('at_ms').execute()
}

/**
 * A row for each key, what was told of it among others. It outlives the key for as long as that can be
 * brought back.
 */
async function keyNotices(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('key_notices')
    .addColumn('key_id', 'text', (c) => c.primaryKey())
    .addColumn('expire_ms', 'bigint')
    .addColumn('expiry_set_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('told_days', 'integer')
    .addColumn('told_unused_since_ms', 'bigint')
    .addColumn('look_at_ms', 'bigint')
    .execute()
  await db.schema
    .createIndex('key_notices_by_look')
    .on('key_notices')
    .column('look_at_ms')
    .where(sql.ref('look_at_ms'), 'is not', null)
    .execute()
  // Keys that expired long ago are no news.
  await sql`insert into key_notices (key_id, expire_ms, expiry_set_at_ms, told_days, look_at_ms)
    select id, expire_ms, updated_at_ms, case when expire_ms <= ${Date.now()} then 0 end, 0
    from keys`.execute(db)
}

/** What each project's keys were looked at with. */
async function noticeRules(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('notice_rules')
    .addColumn('project_id', 'bigint', (c) => c.primaryKey().references('projects.id'))
    .addColumn('notice_days', 'text', (c) => c.notNull())
    .addColumn('unused_days', 'integer', (c) => c.notNull())
    .execute()
  await sql`insert into notice_rules select id, notice_days, unused_days from projects`.execute(db)
}

/** What an operator has read: single events, and of each project all up to one. */
async function reads(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('event_reads')
    .addColumn('operator', 'text', (c) => c.notNull())
    .addColumn('event_id', 'integer', (c) =>
      c.notNull().references('events.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('event_reads_pk', ['operator', 'event_id'])
    .execute()
  await db.schema.createIndex('event_reads_by_event').on('event_reads').column('event_id').execute()
  await db.schema
    .createTable('event_read_marks')
    .addColumn('operator', 'text', (c) => c.notNull())
    .addColumn('project_id', 'bigint', (c) => c.notNull().references('projects.id'))
    .addColumn('until_id', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('event_read_marks_pk', ['operator', 'project_id'])
    .execute()
}
