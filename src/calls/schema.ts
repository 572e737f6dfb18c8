import { chmodSync, closeSync, existsSync, openSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Raised with each change of the tables, whose way there then stands in {@link create}. */
const VERSION = 1
/** Freed pages are given back, some at a time: a burst shall not keep the disk for ever. */
const AUTO_VACUUM_INCREMENTAL = 2

/*
 *   calls      narrow: what is looked for and counted        payloads   what is only read one at a time
 *
 * Times are milliseconds since 1970. `due_ms` is set as long as the call waits, and at no other time.
 * `bytes` is what the payload takes; `uncounted` tries are those that were not the call's fault.
 */
const TABLES = `
  create table calls (
    id text primary key,
    function_id text not null,
    key_id text,
    key_digest text,
    trigger_name text,
    state text not null,
    method text not null,
    target text not null,
    body_bytes integer not null,
    bytes integer not null,
    attempts integer not null default 0,
    uncounted integer not null default 0,
    kills integer not null default 0,
    accepted_ms integer not null,
    started_ms integer,
    due_ms integer,
    ended_ms integer,
    expires_ms integer,
    status integer,
    code text,
    answer_kept integer not null default 0
  ) without rowid;
  create index calls_due on calls (function_id, due_ms) where due_ms is not null;
  create index calls_running on calls (state) where state = 'running';
  create index calls_by_time on calls (function_id, accepted_ms);
  create index calls_by_expiry on calls (expires_ms) where expires_ms is not null;
  create table payloads (
    id text primary key,
    request text,
    body blob,
    answer_headers text,
    answer_too_large integer,
    answer_body blob
  );
`

export type OpenedCalls = {
  readonly db: Database.Database
  /** Where a file that could not be read was put aside; undefined when all is well. */
  readonly damagedPath: string | undefined
}

/** Opens or creates the file; bodies and headers of callers are in it, so only its owner may read it. */
export function openCallsDatabase(path: string): OpenedCalls {
  try {
    return { db: open(path), damagedPath: undefined }
  } catch (error) {
    if (!isDamaged(error)) throw error
    const damagedPath = `${path}.damaged-${Date.now()}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, damagedPath + suffix)
    }
    return { db: open(path), damagedPath }
  }
}

function open(path: string): Database.Database {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const db = new Database(path)
  try {
    db.pragma(`auto_vacuum = ${AUTO_VACUUM_INCREMENTAL}`)
    db.pragma('journal_mode = WAL')
    // What was accepted must survive the machine, not only the process.
    db.pragma('synchronous = FULL')
    create(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function create(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > VERSION) {
    throw new Error('the calls on this disk were written by a newer version of Latchkey')
  }
  if (version === VERSION) return
  db.transaction(() => {
    db.exec(TABLES)
    db.pragma(`user_version = ${VERSION}`)
  }).immediate()
}

function isDamaged(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
}
