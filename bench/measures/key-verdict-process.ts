import { randomFillSync, randomUUID } from 'node:crypto'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import { KEYS_A_TURN } from '../../src/feed/protocol.ts'
import { Replica } from '../../src/feed/replica.ts'
import { authenticate } from '../../src/gateway/authenticate.ts'
import type { KeyTable } from '../../src/gateway/key-table.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'

export interface VerdictWish {
  readonly keys: number
  readonly rounds: number
  /** An empty folder for the node's own copy on disk. */
  readonly folder: string
}

export interface VerdictTimes {
  readonly keys: number
  /** What the keys and their grants take in the whole process: the shared table, and what grew on the heap. */
  readonly tableBytes: number
  /** Processor time. */
  readonly cases: readonly { readonly name: VerdictCase; readonly ns: readonly number[] }[]
  /** From the node's own snapshot on disk to a table that can be read. */
  readonly loadMs: number
  readonly snapshotBytes: number
  /** How long the event loop stood still for each {@link KEYS_A_TURN} keys while the table grew. */
  readonly turns: { readonly p50Ms: number; readonly p99Ms: number; readonly mostMs: number }
}

export type VerdictCase = 'hit' | 'miss' | 'malformed'

/** More than fits the processor's caches together with their records, when the table has as many. */
const SAMPLE = 100_000
const FUNCTIONS = Array.from({ length: 100 }, () => randomUUID())
const NAMESPACE = randomUUID()
const GRANTS = 2

/** Answers the parent with {@link VerdictTimes} and ends. */
async function run({ keys, rounds, folder }: VerdictWish): Promise<void> {
  const heapBefore = heapBytes()
  const { writer, secrets, turns } = fill(keys)
  const tableBytes = writer.bytes + heapBytes() - heapBefore
  const times = verdictTimes(new SharedKeyTable(writer.share()), secrets, rounds)
  const { loadMs, snapshotBytes } = await timeLoad(folder, writer)
  const result = { keys, tableBytes, cases: times, loadMs, snapshotBytes, turns }
  process.send?.(result satisfies VerdictTimes, () => process.disconnect?.())
}

interface Presented {
  readonly apiKey: string
  readonly functionId: string
}

function verdictTimes(
  table: KeyTable,
  secrets: readonly Presented[],
  rounds: number,
): VerdictTimes['cases'] {
  const some = (of: (known: Presented) => string): Presented[] =>
    Array.from({ length: SAMPLE }, (_, i) => {
      const known = secrets[i % secrets.length]!
      return { apiKey: of(known), functionId: known.functionId }
    })
  const presented: Record<VerdictCase, readonly Presented[]> = {
    hit: some(({ apiKey }) => apiKey),
    miss: some(() => asReceived(mintKeySecret())),
    malformed: some(({ apiKey }) => broken(apiKey)),
  }
  const expected = { hit: 'allowed', miss: 'unknown', malformed: 'malformed' }
  const names = ['hit', 'miss', 'malformed'] as const
  const cases = names.map((name) => ({ name, ns: [] as number[] }))
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, ns } of cases) {
      const time = timeVerdicts(table, presented[name], expected[name])
      if (round > 0) ns.push(time)
    }
  }
  return cases
}

/** Mean nanoseconds of one verdict, every verdict being what it must be. */
function timeVerdicts(table: KeyTable, presented: readonly Presented[], expected: string): number {
  let right = 0
  const begun = process.threadCpuUsage()
  for (const { apiKey, functionId } of presented) {
    const use = { functionId, namespaceId: NAMESPACE, method: 'GET', target: '/' }
    const { verdict } = authenticate(table, { apiKey, apiKeyCount: 1 }, use, Date.now())
    if (verdict === expected) right += 1
  }
  const { user, system } = process.threadCpuUsage(begun)
  if (right !== presented.length) throw new Error(`only ${right} verdicts were ${expected}`)
  return ((user + system) * 1000) / presented.length
}

/** A table of new keys with two grants each, and the secrets of some from all over it, in no order. */
function fill(keys: number): {
  writer: KeyTableWriter
  secrets: Presented[]
  turns: VerdictTimes['turns']
} {
  const every = Math.max(1, Math.floor(keys / SAMPLE))
  const secrets: Presented[] = []
  const writer = new KeyTableWriter()
  const turnsMs: number[] = []
  for (let begin = 0; begin < keys; begin += KEYS_A_TURN) {
    const entries = Array.from({ length: Math.min(KEYS_A_TURN, keys - begin) }, (_, i) => {
      const number = begin + i
      const functionIds = grantsOf(number)
      const secret = number % every === 0 ? mintKeySecret() : undefined
      if (secret !== undefined) {
        secrets.push({ apiKey: asReceived(secret), functionId: functionIds[number % GRANTS]! })
      }
      return {
        keyId: randomUUID(),
        projectId: 1,
        name: `customer-${number}`,
        digest: secret === undefined ? randomDigest() : keySecretDigest(secret),
        expireMs: number % 2 === 0 ? null : Date.now() + 86_400_000,
        functionIds,
      }
    })
    const begun = performance.now()
    for (const entry of entries) writer.put(entry)
    turnsMs.push(performance.now() - begun)
  }
  shuffle(secrets)
  turnsMs.sort((a, b) => a - b)
  const at = (share: number) => turnsMs[Math.floor((turnsMs.length - 1) * share)]!
  return { writer, secrets, turns: { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) } }
}

function grantsOf(number: number): string[] {
  return Array.from({ length: GRANTS }, (_, i) => FUNCTIONS[(number + i) % FUNCTIONS.length]!)
}

/** Writes the table as a node keeps it, and reads it as a node starts. */
async function timeLoad(folder: string, keys: KeyTableWriter) {
  const broken = (error: Error) => {
    throw error
  }
  const before = new Replica(folder, broken)
  await before.replace({ revision: 1, routes: [], keys })
  await before.close()
  const after = new Replica(folder, broken)
  const begun = performance.now()
  if (!after.load()) throw new Error('the snapshot was not read')
  const loadMs = performance.now() - begun
  if (after.state().keys.size !== keys.size) throw new Error('keys were lost')
  await after.close()
  return { loadMs, snapshotBytes: after.snapshotBytes }
}

const randomPool = Buffer.alloc(1024 * 1024)
let poolUsed = randomPool.length

/** As good as the digest of a secret that nobody knows, and faster. */
function randomDigest(): string {
  if (poolUsed === randomPool.length) {
    randomFillSync(randomPool)
    poolUsed = 0
  }
  poolUsed += 32
  return randomPool.toString('hex', poolUsed - 32, poolUsed)
}

/** A text in one piece, as the HTTP parser makes it, and not the concatenation that minting leaves. */
function asReceived(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Right in form and length, wrong in one character: only the checksum tells. */
function broken(secret: string): string {
  const at = 20
  const other = secret[at] === 'a' ? 'b' : 'a'
  return asReceived(secret.slice(0, at) + other + secret.slice(at + 1))
}

function shuffle<T>(list: T[]): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}

function heapBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

await run(JSON.parse(process.argv[2]!) as VerdictWish)
