import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { call, HELLO, NAMESPACE, operator, SCOPE } from './operator.ts'
import { cleanUp, startServer, type TestServer, tempDataDir } from './server.ts'

const WRITERS = 8
/** Long enough for the writers to be at full speed, short enough for many rounds. */
const LONGEST_ROUND_MS = 400

/** What the server has acknowledged: the keys that must exist, with their secrets, and those that must not. */
interface Ledger {
  readonly created: Map<string, string>
  readonly deleted: Set<string>
  /** Changes that were under way when the server was killed: they may have happened or not. */
  readonly unknown: Set<string>
}

export interface CrashReport {
  readonly rounds: number
  readonly created: number
  readonly deleted: number
  /** Everything that was lost, came back or is half done; empty when all is well. */
  readonly faults: readonly string[]
}

/**
 * Starts the server, writes keys at full speed, kills all of it with SIGKILL at a random moment,
 * starts it again and compares with what was acknowledged; `rounds` times on one data directory.
 */
export async function crashRounds(
  rounds: number,
  onRound: (round: number, ledger: { created: number; deleted: number }) => void = () => {},
): Promise<CrashReport> {
  const dataDir = tempDataDir()
  const ledger: Ledger = { created: new Map(), deleted: new Set(), unknown: new Set() }
  const faults: string[] = []
  let server: TestServer = await startServer({ dataDir })
  try {
    const op = operator(server)
    await op.makeNamespace()
    for (const name of ['one', 'two']) await op.makeFunction(name, HELLO)
    for (let round = 1; round <= rounds; round++) {
      await writeUntilKilled(server, ledger, round)
      server = await startServer({ dataDir })
      faults.push(...(await compare(server, ledger)).map((fault) => `round ${round}: ${fault}`))
      onRound(round, { created: ledger.created.size, deleted: ledger.deleted.size })
    }
    await server.stop()
    faults.push(...halfDone(join(dataDir, 'latchkey.db')))
  } finally {
    await cleanUp(server)
  }
  return { rounds, created: ledger.created.size, deleted: ledger.deleted.size, faults }
}

async function writeUntilKilled(server: TestServer, ledger: Ledger, round: number): Promise<void> {
  let killed = false
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let i = 0; !killed; i++) {
      const name = `k${round}-${writer}-${i}`
      await write(server, ledger, name, i % 3 === 2)
    }
  })
  await sleep(Math.random() * LONGEST_ROUND_MS)
  await server.kill()
  killed = true
  await Promise.all(writers)
}

/** Creates a key that opens two functions, and deletes it again when told so. */
async function write(server: TestServer, ledger: Ledger, name: string, thenDelete: boolean) {
  const op = operator(server)
  ledger.unknown.add(name)
  try {
    const secret = await op.makeKey(name, ['one', 'two'])
    ledger.unknown.delete(name)
    ledger.created.set(name, secret)
    if (!thenDelete) return
    ledger.unknown.add(name)
    await op.client.keys.delete(SCOPE, name)
    ledger.unknown.delete(name)
    ledger.created.delete(name)
    ledger.deleted.add(name)
  } catch {
    // The kill came in between: what was not answered stays unknown.
    if (ledger.unknown.has(name)) ledger.created.delete(name)
  }
}

async function compare(server: TestServer, ledger: Ledger): Promise<string[]> {
  const op = operator(server)
  const faults: string[] = []
  const there = new Set<string>()
  for (let offset = 0; ; offset += 1000) {
    const page = await op.client.keys.list(SCOPE, { limit: 1000, offset, order_by: 'name.asc' })
    for (const key of page.results) {
      there.add(key.name)
      if (key.functions.length !== 2) faults.push(`${key.name} is half done`)
    }
    if (page.results.length < 1000) break
  }
  for (const name of ledger.created.keys()) if (!there.has(name)) faults.push(`${name} was lost`)
  for (const name of ledger.deleted) if (there.has(name)) faults.push(`${name} came back`)
  const fn = await op.client.functions.get(SCOPE, { namespace: NAMESPACE, name: 'one' })
  const newest = [...ledger.created.values()].slice(-3)
  for (const secret of newest) {
    const status = await call(fn.endpoint, secret)
    if (status !== 200) faults.push(`a key that was acknowledged is answered ${status}`)
  }
  return faults
}

/** What a torn transaction would leave in the file. */
function halfDone(path: string): string[] {
  const database = new Sqlite(path, { readonly: true })
  const count = (sql: string) => (database.prepare(sql).get() as { n: number }).n
  const faults = [
    ...(database.pragma('integrity_check', { simple: true }) === 'ok'
      ? []
      : ['the file is damaged']),
    ...(count('SELECT count(*) n FROM grants WHERE key_id NOT IN (SELECT id FROM keys)') === 0
      ? []
      : ['grants without a key']),
    ...(count(
      `SELECT count(*) n FROM keys WHERE id NOT IN (SELECT entity_id FROM audit WHERE action = 'key.created')`,
    ) === 0
      ? []
      : ['keys without an audit row']),
    ...(count(
      `SELECT (SELECT value FROM counters WHERE name = 'revision') - count(DISTINCT revision) n FROM audit`,
    ) === 0
      ? []
      : ['revisions without an audit row']),
  ]
  database.close()
  return faults
}
