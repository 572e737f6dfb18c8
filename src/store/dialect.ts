import type { Dialect, Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** The database or a transaction on it: what reading functions take. */
export type Db = Kysely<Tables>
/** What writing functions take, so that nothing is written outside a transaction. */
export type Trx = Transaction<Tables>

/** What differs between databases. One file a member. */
export interface StoreDialect {
  readonly kysely: Dialect
  /** Whether one process at most uses the database, so that work found half done has no other owner. */
  readonly soleProcess: boolean
  /** Records the schema's version where it can be read before the database is opened for writing. */
  setSchemaVersion(db: Kysely<never>, version: number): Promise<void>
}
