import { join } from 'node:path'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import Database from 'better-sqlite3'

/**
 * better-auth with its api-key plugin on a SQLite database in `folder`, as the documentation of both sets
 * them up. Rate limiting is off: it would refuse the load. The write-ahead log is what better-sqlite3
 * recommends; with it and NORMAL no request waits for the disk.
 */
export function createAuth(folder) {
  const database = new Database(join(folder, 'auth.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  return betterAuth({
    database,
    baseURL: 'http://127.0.0.1',
    // Signs sessions, of which there are none.
    secret: 'of-a-benchmark-that-signs-nothing-at-all',
    telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: false } })],
  })
}
