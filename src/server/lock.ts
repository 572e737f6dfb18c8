import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'

export type LockOutcome =
  | { readonly kind: 'locked'; release(): void }
  /** `holder` is the id of the process that has it, where that is known. */
  | { readonly kind: 'held'; readonly holder: number | undefined }

const RETRY_MS = 50
/** Apart from what may be removed while the server runs. */
const FOLDER = 'locks'
/** A connection that nothing refers to any more would be closed, and its lock lost, by the garbage collector. */
const held = new Set<Sqlite.Database>()

/**
 * Takes a lock in the data directory that ends with the process, however it ends: an exclusive
 * transaction on a small SQLite file, because the operating system's file locks cannot be reached
 * from Node otherwise. Waits `patienceMs` for a holder that is about to end.
 */
export async function lockDataDir(
  dataDir: string,
  name: 'serve' | 'control' | 'data',
  patienceMs: number,
): Promise<LockOutcome> {
  const folder = join(dataDir, FOLDER)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.lock`)
  const pidPath = join(folder, `${name}.pid`)
  const giveUpAtMs = Date.now() + patienceMs
  for (;;) {
    const lock = tryLock(path)
    if (lock !== undefined) {
      writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 })
      held.add(lock)
      return { kind: 'locked', release: () => release(lock) }
    }
    if (Date.now() >= giveUpAtMs) return { kind: 'held', holder: readPid(pidPath) }
    await sleep(RETRY_MS)
  }
}

function release(lock: Sqlite.Database): void {
  held.delete(lock)
  lock.close()
}

function tryLock(path: string): Sqlite.Database | undefined {
  const database = new Sqlite(path, { timeout: 0 })
  try {
    database.pragma('journal_mode = DELETE')
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return undefined
    throw error
  }
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    // The holder has not written it yet.
    return undefined
  }
}

/** What the operator reads when the lock is held. */
export function heldSentence(dataDir: string, holder: number | undefined): string {
  const who = holder === undefined ? 'another process' : `process ${holder}`
  return `The data directory ${dataDir} is in use by ${who}. Stop it, or choose another folder with LATCHKEY_DATA_DIR.`
}
