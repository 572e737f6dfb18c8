import { chmodSync, closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  sql,
  type TransactionSettings,
} from 'kysely'
import type { StoreDialect } from './dialect.ts'
import { SQLITE_APPLICATION_ID } from './schema-version.ts'
import { openSqliteView } from './view-sqlite.ts'

const BUSY_TIMEOUT_MS = 10_000

/** Opens or creates the file. It holds digests and environment values, so only its owner may read it. */
export function sqliteDialect(path: string): StoreDialect {
  createPrivately(path)
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    prepare(database)
  } catch (error) {
    database.close()
    throw error
  }
  const prepared = new Map<string, Database.Statement>()
  return {
    kysely: new ImmediateSqliteDialect({ database }),
    soleProcess: true,
    // There is one connection, and it is in the transaction.
    async runEach(_trx, text, rows) {
      const statement = prepared.get(text) ?? database.prepare(text)
      prepared.set(text, statement)
      for (const row of rows) statement.run(row)
    },
    openView: () => openSqliteView(path),
    async setSchemaVersion(db, version) {
      await sql`pragma user_version = ${sql.lit(version)}`.execute(db)
    },
  }
}

function prepare(database: Database.Database): void {
  // The very first write, so that a file of ours never lacks it, whenever the process is killed.
  if (isEmpty(database)) database.pragma(`application_id = ${SQLITE_APPLICATION_ID}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
}

function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

function isEmpty(database: Database.Database): boolean {
  return database.pragma('page_count', { simple: true }) === 0
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: { database: Database.Database }

  constructor(config: { database: Database.Database }) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter()
  }
}

/**
 * A transaction that reads first and writes later can fail at its first write when another
 * connection wrote meanwhile; one that takes the write lock at its start cannot.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Database.Database

  constructor(config: { database: Database.Database }) {
    super(config)
    this.#database = config.database
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const statement = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(statement))
  }

  /** On a full disk SQLite has rolled back by itself, and a second time would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** Migrations run in one transaction: a start that is killed in the middle of them leaves the old schema. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
