import type { Kysely } from 'kysely'

/** Frozen with the migration: `USAGE_FIELDS` as they were. */
const COUNTS = [
  ...['allowed', 'missing', 'repeated', 'malformed', 'unknown', 'expired', 'not_granted'],
  ...['unjudged', 'status_none', 'status_2xx', 'status_3xx', 'status_4xx', 'status_5xx'],
  ...['bytes_received', 'bytes_sent', 'latency_us'],
  ...Array.from({ length: 16 }, (_, i) => `latency_${i}`),
]

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('keys').addColumn('last_used_at_ms', 'bigint').execute()
  await db.schema.alterTable('keys').addColumn('last_used_function_id', 'text').execute()
  await db.schema.alterTable('keys').addColumn('last_used_address', 'text').execute()
  await db.schema
    .createTable('usage_deliveries')
    .addColumn('node', 'text', (c) => c.notNull())
    .addColumn('boot', 'text', (c) => c.notNull())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('usage_deliveries_pk', ['node', 'boot'])
    .execute()
  await db.schema
    .createTable('usage_pairs')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('function_id', 'text', (c) => c.notNull())
    .addUniqueConstraint('usage_pairs_ids', ['key_id', 'function_id'])
    .execute()
  await db.schema
    .createIndex('usage_pairs_by_function')
    .on('usage_pairs')
    .column('function_id')
    .execute()
  for (const table of ['usage_minutes', 'usage_hours', 'usage_days']) await usage(db, table)
}

/** No foreign keys: what was counted outlives the key and the function that it was counted for. */
async function usage(db: Kysely<never>, table: string): Promise<void> {
  let create = db.schema
    .createTable(table)
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('pair_id', 'integer', (c) => c.notNull())
  for (const name of COUNTS) create = create.addColumn(name, 'bigint', (c) => c.notNull())
  await create.addPrimaryKeyConstraint(`${table}_pk`, ['at_ms', 'pair_id']).execute()
  await db.schema.createIndex(`${table}_by_pair`).on(table).columns(['pair_id', 'at_ms']).execute()
}
