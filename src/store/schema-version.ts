/*
 * What tells our file from others, apart from the tables and migrations: who only looks at a file need
 * not load them.
 */

/** `LTCH`: tells our file from any other SQLite file. */
export const SQLITE_APPLICATION_ID = 0x4c544348

/** The version of the schema that this program writes: how many migrations there are. */
export const SCHEMA_VERSION = 16
