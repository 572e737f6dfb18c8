import { Kysely } from 'kysely'
import { type MigrationProvider, Migrator } from 'kysely/migration'
import { type Clock, systemClock } from '../lib/clock.ts'
import { checkSchema } from './check-schema.ts'
import type { Db, StoreDialect } from './dialect.ts'
import { sqliteDialect } from './dialect-sqlite.ts'
import { MIGRATIONS } from './migrations/list.ts'
import type { Tables } from './tables.ts'

const CHANGES_KEPT = 100_000
const TASKS_KEPT = 10_000

export interface Store {
  readonly db: Db
  readonly clock: Clock
  /** How many revisions the change log reaches back; who is further behind gets a snapshot. */
  readonly changesKept: number
  /** How many of the newest tasks are remembered; those that have not ended always are. */
  readonly tasksKept: number
  /** Whether no other process can be at work on the same database. */
  readonly soleProcess: boolean
  /** See `StoreDialect`. */
  readonly runEach: StoreDialect['runEach']
  /** See `StoreView`. */
  readonly openView: StoreDialect['openView']
  close(): Promise<void>
}

export interface StoreOptions {
  /** The SQLite file; created when absent. */
  readonly path: string
  readonly clock?: Clock
  readonly changesKept?: number
  readonly tasksKept?: number
}

/** Opens the store and brings its schema up to date. Throws, having changed nothing, on a newer schema. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const check = checkSchema(options.path)
  if (check.kind === 'newer') {
    throw new Error(
      `${options.path} was written by a newer version of Latchkey (schema ${check.found})`,
    )
  }
  const dialect = sqliteDialect(options.path)
  const db = new Kysely<Tables>({ dialect: dialect.kysely })
  try {
    await migrate(db, dialect)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    db,
    clock: options.clock ?? systemClock,
    changesKept: options.changesKept ?? CHANGES_KEPT,
    tasksKept: options.tasksKept ?? TASKS_KEPT,
    soleProcess: dialect.soleProcess,
    runEach: dialect.runEach,
    openView: dialect.openView,
    close: () => db.destroy(),
  }
}

async function migrate(db: Db, dialect: StoreDialect): Promise<void> {
  const migrator = new Migrator({ db, provider: providerFor(dialect) })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** The schema's version is written in the same transaction as the migration that makes it. */
function providerFor(dialect: StoreDialect): MigrationProvider {
  const entries = Object.entries(MIGRATIONS).map(([name, migration], index) => [
    name,
    {
      async up(db: Kysely<never>) {
        await migration.up(db)
        await dialect.setSchemaVersion(db, index + 1)
      },
    },
  ])
  return { getMigrations: async () => Object.fromEntries(entries) }
}
