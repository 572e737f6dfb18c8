import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { KeyTableRebuild } from '../../src/key-table/rebuild.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { nextTurn } from '../../src/lib/next-turn.ts'
import type { FromRotationReader, RotationReaderData, ToRotationReader } from './rotation-thread.ts'
import { entriesOf, Promised, type Secrets } from './secrets.ts'

const KEYS = 40
const READERS = 2
const ROUNDS = 400

let workers: Worker[] = []
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()))
})

function startReaders(data: RotationReaderData): void {
  const file = new URL('./rotation-thread.ts', import.meta.url)
  workers = Array.from({ length: READERS }, () => new Worker(file, { workerData: data }))
}

/** Resolves when every reader has taken it. */
async function tell(message: ToRotationReader): Promise<FromRotationReader[]> {
  return Promise.all(
    workers.map(async (worker) => {
      const answer = once(worker, 'message')
      worker.postMessage(message)
      return ((await answer) as [FromRotationReader])[0]
    }),
  )
}

/** Rotated, rotated again, cancelled, finished, or changed in something else. `next`: a new secret. */
function step({ own, old }: Secrets, next: number): Secrets {
  const turn = Math.floor(Math.random() * 4)
  if (turn === 0) return { own: next, old: own }
  if (old === 0 || turn === 1) return { own, old }
  return turn === 2 ? { own: old, old: 0 } : { own, old: 0 }
}

test('a secret that works before a change of its key and after it is found at every moment between', async () => {
  const promised = Promised.create(KEYS)
  const secrets: Secrets[] = Array.from({ length: KEYS }, () => ({ own: 1, old: 0 }))
  const newest = secrets.map(() => 1)
  let table = new KeyTableWriter()
  for (const [index, some] of secrets.entries()) {
    for (const entry of entriesOf(index, some, 'first')) table.put(entry)
    promised.set(index, some)
  }
  startReaders({ share: table.share(), promised: promised.buffer, keys: KEYS })
  let rebuild: KeyTableRebuild | undefined
  const change = (index: number, name: string) => {
    const before = secrets[index]!
    const after = step(before, newest[index]! + 1)
    newest[index] = Math.max(newest[index]!, after.own)
    const stays = [before.own, before.old].filter((one) => one === after.own || one === after.old)
    promised.set(index, { own: stays[0] ?? 0, old: stays[1] ?? 0 })
    const one = { keys: entriesOf(index, after, name), removedKeyIds: [] }
    table.apply(one)
    rebuild?.apply(one)
    secrets[index] = after
    promised.set(index, after)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 50; i++) change(Math.floor(Math.random() * KEYS), `round ${round}`)
    if (round % 40 === 20) rebuild = new KeyTableRebuild(table)
    const moved = rebuild?.result
    if (moved === undefined) {
      await table.publish((news) => tell({ type: 'news', news }))
    } else {
      rebuild = undefined
      table = moved
      await tell({ type: 'adopt', share: table.share() })
    }
    await nextTurn()
  }
  for (const { found, faults } of await tell({ type: 'stop' })) {
    expect(faults).toEqual([])
    expect(found).toBeGreaterThan(1_000)
  }
  const there = secrets.reduce((sum, { old }) => sum + (old === 0 ? 1 : 2), 0)
  expect(table.size).toBe(there)
})
