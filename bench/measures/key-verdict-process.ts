import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry } from '../../src/domain/routes.ts'
import { authenticate } from '../../src/gateway/authenticate.ts'
import type { KeyTable } from '../../src/gateway/key-table.ts'
import { SharedKeyTable } from '../../src/key-table/reader.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'

export interface VerdictWish {
  readonly keys: number
  readonly rounds: number
}

export interface VerdictTimes {
  readonly keys: number
  /** What the table added to the process's heap. */
  readonly tableBytes: number
  readonly cases: readonly { readonly name: VerdictCase; readonly ns: readonly number[] }[]
}

export type VerdictCase = 'hit' | 'miss' | 'malformed'

/** More than fits the processor's caches together with their rows, when the table has as many. */
const SAMPLE = 100_000
const FUNCTION_ID = '6f1c2f3e-7f0e-4c5e-9f6a-0d5f4d3c2b1a'

/** Answers the parent with {@link VerdictTimes} and ends. */
function run({ keys, rounds }: VerdictWish): void {
  const heapBefore = heapBytes()
  const { table, secrets } = fill(keys)
  const tableBytes = heapBytes() - heapBefore
  const presented: Record<VerdictCase, readonly string[]> = {
    hit: Array.from({ length: SAMPLE }, (_, i) => secrets[i % secrets.length]!),
    miss: Array.from({ length: SAMPLE }, () => asReceived(mintKeySecret())),
    malformed: Array.from({ length: SAMPLE }, (_, i) => broken(secrets[i % secrets.length]!)),
  }
  const names = ['hit', 'miss', 'malformed'] as const
  const expected = { hit: 'allowed', miss: 'unknown', malformed: 'malformed' }
  const cases = names.map((name) => ({ name, ns: [] as number[] }))
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, ns } of cases) {
      const time = timeVerdicts(table, presented[name], expected[name])
      if (round > 0) ns.push(time)
    }
  }
  process.send?.({ keys, tableBytes, cases } satisfies VerdictTimes, () => process.disconnect?.())
}

/** Mean nanoseconds of one verdict, every verdict being what it must be. */
function timeVerdicts(table: KeyTable, presented: readonly string[], expected: string): number {
  let right = 0
  const begun = process.hrtime.bigint()
  for (const apiKey of presented) {
    const { verdict } = authenticate(table, { apiKey, apiKeyCount: 1 }, FUNCTION_ID, Date.now())
    if (verdict === expected) right += 1
  }
  const ns = Number(process.hrtime.bigint() - begun)
  if (right !== presented.length) throw new Error(`only ${right} verdicts were ${expected}`)
  return ns / presented.length
}

/** A table of new keys, and the secrets of some of them from all over it, in no order. */
function fill(keys: number): { table: KeyTable; secrets: string[] } {
  const every = Math.max(1, Math.floor(keys / SAMPLE))
  const secrets: string[] = []
  const entries = Array.from({ length: keys }, (_, i): KeyEntry => {
    const secret = mintKeySecret()
    if (i % every === 0) secrets.push(asReceived(secret))
    return {
      keyId: crypto.randomUUID(),
      projectId: 1,
      name: `key-${i}`,
      digest: keySecretDigest(secret),
      expireMs: i % 2 === 0 ? null : Date.now() + 86_400_000,
      functionIds: [FUNCTION_ID],
    }
  })
  const writer = new KeyTableWriter()
  writer.apply({ keys: entries, removedKeyIds: [] })
  const table = new SharedKeyTable(writer.share())
  shuffle(secrets)
  return { table, secrets }
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

function shuffle(list: string[]): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}

function heapBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

run(JSON.parse(process.argv[2]!) as VerdictWish)
