import { hash } from 'node:crypto'
import { type Kysely, SqliteAdapter, sql } from 'kysely'
import { canonicalJson } from '../../lib/canonical-json.ts'

/**
 * The rows of the audit get a number without gaps and are chained by their hashes, those that are there
 * in the order in which they were written. The nodes that lagged behind a change, until now a column
 * that was filled later, get a row of their own. From here on no row is ever changed: a migration that
 * has to must drop the triggers and make them again.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const tables = db as unknown as Kysely<Frozen>
  await createChained(db)
  const head = await chainExisting(tables)
  await db.schema.dropTable('audit').execute()
  await db.schema.alterTable('audit_chained').renameTo('audit').execute()
  await indexes(db)
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await tables
    .insertInto('audit_head')
    .values({ id: 1, ...head })
    .execute()
  if (db.getExecutor().adapter instanceof SqliteAdapter) await refuseChanges(db)
  // The rows that a task leaves later have the address of who asked for it.
  await db.schema
    .alterTable('tasks')
    .addColumn('address', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await db.schema
    .createIndex('tasks_by_request')
    .on('tasks')
    .columns(['request_id', 'created_at_ms'])
    .execute()
}

async function createChained(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('audit_chained')
    .addColumn('sequence', 'integer', (c) => c.primaryKey())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint')
    .addColumn('token_id', 'bigint', (c) => c.notNull())
    .addColumn('user_id', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('project_id', 'bigint')
    .addColumn('region_id', 'bigint')
    .addColumn('entity_id', 'text', (c) => c.notNull())
    .addColumn('entity_name', 'text', (c) => c.notNull())
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('previous_hash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
}

async function indexes(db: Kysely<never>): Promise<void> {
  const byTime = ['audit_by_time', ['at_ms']] as const
  const byRevision = ['audit_by_revision', ['revision']] as const
  const byProject = ['audit_by_project', ['project_id', 'sequence']] as const
  const byEntity = ['audit_by_entity', ['entity_id', 'sequence']] as const
  const byRequest = ['audit_by_request', ['request_id']] as const
  for (const [name, columns] of [byTime, byRevision, byProject, byEntity, byRequest]) {
    await db.schema
      .createIndex(name)
      .on('audit')
      .columns([...columns])
      .execute()
  }
}

/** Beside the chain, which shows a change, what prevents one that is made by mistake. */
async function refuseChanges(db: Kysely<never>): Promise<void> {
  const refusal = `select raise(abort, 'rows of the audit are never changed')`
  await sql
    .raw(`create trigger audit_no_update before update on audit begin ${refusal}; end`)
    .execute(db)
  await sql
    .raw(`create trigger audit_no_delete before delete on audit begin ${refusal}; end`)
    .execute(db)
  // `insert or replace` deletes without telling the trigger above.
  await sql
    .raw(`create trigger audit_no_replace before insert on audit
      when exists (select 1 from audit where sequence = new.sequence) begin ${refusal}; end`)
    .execute(db)
}

const ROWS_AT_ONCE = 500

async function chainExisting(db: Kysely<Frozen>): Promise<{ sequence: number; hash: string }> {
  let head = { sequence: 0, hash: '0'.repeat(64) }
  let afterId = 0
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute()
    for (const row of rows) {
      head = await append(db, head, row)
      if (row.laggards !== null) head = await append(db, head, laggardsRow(row, row.laggards))
    }
    if (rows.length < ROWS_AT_ONCE) return head
    afterId = rows.at(-1)!.id
  }
}

function laggardsRow(row: FrozenOldRow, laggards: string): FrozenOldRow {
  return {
    ...row,
    ...{ action: 'change.lagged', token_id: 0, user_id: 0, actor: 'system', address: '' },
    ...{ entity_id: String(row.revision), entity_name: `revision ${row.revision}` },
    ...{ before: null, after: JSON.stringify({ laggards: JSON.parse(laggards) }) },
  }
}

async function append(
  db: Kysely<Frozen>,
  head: { sequence: number; hash: string },
  { id: _, laggards: __, ...row }: FrozenOldRow,
): Promise<{ sequence: number; hash: string }> {
  const sequence = head.sequence + 1
  const [before, after] = [canonicalText(row.before), canonicalText(row.after)]
  const { at_ms: atMs, ...members } = row
  const hashed = {
    ...members,
    sequence,
    previous_hash: head.hash,
    at: new Date(atMs).toISOString(),
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
  }
  const own = hash('sha256', canonicalJson(hashed), 'hex')
  await db
    .insertInto('audit_chained')
    .values({ ...row, sequence, before, after, previous_hash: head.hash, hash: own })
    .execute()
  return { sequence, hash: own }
}

function canonicalText(json: string | null): string | null {
  return json === null ? null : canonicalJson(JSON.parse(json))
}

/** Frozen with the migration: the tables as they were, and as it makes them. */
interface Frozen {
  audit: FrozenOldRow
  audit_chained: Omit<FrozenOldRow, 'id' | 'laggards'> & {
    sequence: number
    previous_hash: string
    hash: string
  }
  audit_head: { id: number; sequence: number; hash: string }
}

interface FrozenOldRow {
  id: number
  revision: number
  at_ms: number
  action: string
  token_id: number
  user_id: number
  actor: string
  request_id: string
  address: string
  project_id: number | null
  region_id: number | null
  entity_id: string
  entity_name: string
  before: string | null
  after: string | null
  laggards: string | null
}
