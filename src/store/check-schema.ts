import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { SCHEMA_VERSION, SQLITE_APPLICATION_ID } from './schema-version.ts'

export type SchemaCheck =
  | { readonly kind: 'absent' | 'current' | 'older' }
  /** Written by a later version of the program. `found` is the file's schema version. */
  | { readonly kind: 'newer'; readonly found: string }

/**
 * Compares the file's schema with this program's, and changes nothing, neither in the file nor
 * beside it. Throws when the file is not a database of Latchkey.
 */
export function checkSchema(path: string): SchemaCheck {
  if (!existsSync(path) || statSync(path).size === 0) return { kind: 'absent' }
  const header = readHeader(path)
  if (header.applicationId !== SQLITE_APPLICATION_ID) {
    throw new Error(`${path} is not a database of Latchkey`)
  }
  if (header.version > SCHEMA_VERSION) return { kind: 'newer', found: String(header.version) }
  return { kind: header.version === SCHEMA_VERSION ? 'current' : 'older' }
}

interface Header {
  readonly version: number
  readonly applicationId: number
}

/*
 * Even a read-only connection to a file in WAL mode creates two files beside it. After a clean stop
 * there is no log, and the two numbers are at fixed places of the file's first page:
 *
 *   0   "SQLite format 3\0"      60  user_version, u32 BE      68  application_id, u32 BE
 *
 * When there is a log (the last process was killed) its newest page counts, and SQLite reads it.
 */
function readHeader(path: string): Header {
  return existsSync(`${path}-wal`) ? headerThroughLog(path) : headerOfFile(path)
}

function headerOfFile(path: string): Header {
  const page = Buffer.alloc(100)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, page, 0, page.length, 0)
  } finally {
    closeSync(fd)
  }
  if (page.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new Error(`${path} is not a database of Latchkey`)
  }
  return { version: page.readUInt32BE(60), applicationId: page.readUInt32BE(68) }
}

function headerThroughLog(path: string): Header {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  try {
    return {
      version: database.pragma('user_version', { simple: true }) as number,
      applicationId: database.pragma('application_id', { simple: true }) as number,
    }
  } finally {
    database.close()
  }
}
