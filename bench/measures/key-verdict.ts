import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../measurement.ts'
import { noMemory } from '../tools/abilities.ts'
import type { Scratch } from '../tools/scratch.ts'
import type { VerdictTimes, VerdictWish } from './key-verdict-process.ts'

const PROCESS_FILE = fileURLToPath(new URL('./key-verdict-process.ts', import.meta.url))

/** What a key costs in the measuring process: two tables, and its part of the snapshot in the page cache. */
const BYTES_PER_KEY = 600

export interface KeyVerdicts {
  readonly tables: readonly VerdictTimes[]
  /** Sentences. */
  readonly skipped: readonly string[]
}

/** One table after the other, those that there is memory for. */
export async function measureKeyVerdicts({ scratch, plan, say }: Bench): Promise<KeyVerdicts> {
  const tables: VerdictTimes[] = []
  const skipped: string[] = []
  for (const keys of plan.verdictKeys) {
    const reason = noMemory(keys * BYTES_PER_KEY, `${keys.toLocaleString('en')} keys`)
    if (reason === undefined) {
      tables.push(await measureKeyVerdict(scratch, { keys, rounds: plan.verdictRounds }))
    } else {
      say(`skipped: ${reason}`)
      skipped.push(reason)
    }
  }
  return { tables, skipped }
}

/**
 * Nanoseconds from the value of X-API-Key to the verdict, by the gateway's own code, and what the
 * table behind it costs. In a process of its own for each table, whose memory is gone with it.
 */
async function measureKeyVerdict(
  scratch: Scratch,
  size: Pick<VerdictWish, 'keys' | 'rounds'>,
): Promise<VerdictTimes> {
  const wish: VerdictWish = { ...size, folder: scratch.newFolder('keys') }
  const child = fork(PROCESS_FILE, [JSON.stringify(wish)], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit')
  const times = Promise.withResolvers<VerdictTimes>()
  child.on('message', (message) => times.resolve(message as VerdictTimes))
  child.on('exit', (code) => times.reject(new Error(`key verdict: the process ended (${code})`)))
  const result = await times.promise
  await ended
  rmSync(wish.folder, { recursive: true })
  return result
}
