import { type Kysely, sql } from 'kysely'

/** Frozen with the migration: the fields of `USAGE_FIELDS` that make `RECENT_FIELDS`, as they were. */
const VERDICTS = [
  ...['allowed', 'missing', 'repeated', 'malformed', 'unknown', 'expired', 'disabled'],
  ...['not_yet', 'not_granted', 'not_permitted', 'unjudged'],
]
const LATENCIES = Array.from({ length: 16 }, (_, i) => `latency_${i}`)
const STRETCH_MS = 300_000
const KEPT_MS = 3_600_000

/** What functions did in the last hour, narrow enough that all of them can be put in order by it. */
export async function up(db: Kysely<never>): Promise<void> {
  let create = db.schema
    .createTable('usage_stretches')
    .addColumn('function_id', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
  for (const name of ['requests', 'errors', ...LATENCIES]) {
    create = create.addColumn(name, 'bigint', (c) => c.notNull())
  }
  await create
    .addPrimaryKeyConstraint('usage_stretches_pk', ['function_id', 'at_ms'])
    // It is added up in the order of its key: from an index each row would have to be looked up.
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema
    .createIndex('usage_stretches_by_time')
    .on('usage_stretches')
    .column('at_ms')
    .execute()
  await fill(db)
}

/** With the last hour that was counted. */
async function fill(db: Kysely<never>): Promise<void> {
  const stretch = sql.raw(`u.at_ms / ${STRETCH_MS} * ${STRETCH_MS}`)
  const sums = [
    VERDICTS.map((name) => `sum(u.${name})`).join(' + '),
    'sum(u.status_5xx)',
    ...LATENCIES.map((name) => `sum(u.${name})`),
  ]
  await sql`insert into usage_stretches (function_id, at_ms, requests, errors, ${sql.raw(LATENCIES.join(', '))})
    select p.function_id, ${stretch}, ${sql.raw(sums.join(', '))}
    from usage_minutes u join usage_pairs p on p.id = u.pair_id
    where u.at_ms > (select max(at_ms) from usage_minutes) - ${sql.lit(KEPT_MS)}
    group by p.function_id, ${stretch}`.execute(db)
}
