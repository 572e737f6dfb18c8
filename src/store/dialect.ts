import type { Dialect, Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** The database or a transaction on it: what reading functions take. */
export type Db = Kysely<Tables>
/** What writing functions take, so that nothing is written outside a transaction. */
export type Trx = Transaction<Tables>

/** A connection of its own that sees one state of the database, that at its first query, until it is closed. */
export interface StoreView {
  readonly db: Db
  /** The first so many keys after this id; undefined when there is none. */
  keyPage(afterId: string, limit: number): Promise<KeyPage | undefined>
  close(): Promise<void>
}

export interface KeyPage {
  readonly lastId: string
  /** An array of `KeyEntry`. */
  readonly json: Uint8Array
}

/** What differs between databases. One file a member. */
export interface StoreDialect {
  readonly kysely: Dialect
  /** Whether one process at most uses the database, so that work found half done has no other owner. */
  readonly soleProcess: boolean
  /**
   * Runs one statement, with `?` for its values, for each row, inside the transaction: for many rows at
   * once, where building and preparing a query for each would cost more than running it.
   */
  runEach(
    trx: Trx,
    statement: string,
    rows: Iterable<readonly (string | number | null)[]>,
  ): Promise<void>
  openView(): StoreView
  /** Records the schema's version where it can be read before the database is opened for writing. */
  setSchemaVersion(db: Kysely<never>, version: number): Promise<void>
}
