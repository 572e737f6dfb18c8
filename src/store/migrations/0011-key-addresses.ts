import type { Kysely } from 'kysely'

/** From where keys were used. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('key_addresses')
    .addColumn('key_id', 'text', (c) => c.notNull().references('keys.id').onDelete('cascade'))
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('first_seen_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('key_addresses_pk', ['key_id', 'address'])
    .execute()
  await db.schema
    .createIndex('key_addresses_by_time')
    .on('key_addresses')
    .columns(['key_id', 'first_seen_ms'])
    .execute()
}
