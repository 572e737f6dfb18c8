import { setTimeout as delay } from 'node:timers/promises'
import { COUNTING_CODE } from '../servers/hello.ts'
import {
  createKey,
  createSite,
  deployFunctions,
  type FunctionWish,
  instanceCounts,
} from '../servers/latchkey.ts'
import { Caller } from '../tools/caller.ts'
import { output } from '../tools/commands.ts'
import type { Scratch } from '../tools/scratch.ts'
import { until } from '../tools/until.ts'

export interface ColdStart {
  /** From the call to the first byte of the answer, of a function without an instance. */
  readonly firstByteMs: readonly number[]
  /** The same with `LATCHKEY_SPARE_INSTANCES=0`, as for the second of two calls that come at once. */
  readonly withoutSpareMs: readonly number[]
  /** The floor: a Node process that does nothing, from its start to its end. */
  readonly bareNodeMs: readonly number[]
}

/** Long enough for a batch, so that no instance ends while another is timed. */
const IDLE_SECONDS = 3
/** Until the spare that a call has used is replaced, and the other work that follows a start is done. */
const PAUSE_MS = 150

interface Amounts {
  readonly functions: number
  readonly batches: number
}

/** Calls each of `functions` functions `batches` times, every time after it was scaled to zero. */
export async function measureColdStart(scratch: Scratch, amounts: Amounts): Promise<ColdStart> {
  const bareNodeMs: number[] = []
  const firstByteMs = await firstBytes(scratch, amounts, {}, async () => {
    bareNodeMs.push(await bareNode())
  })
  const noSpares = { LATCHKEY_SPARE_INSTANCES: '0' }
  const withoutSpareMs = await firstBytes(scratch, amounts, noSpares, async () => {})
  return { firstByteMs, withoutSpareMs, bareNodeMs }
}

async function firstBytes(
  scratch: Scratch,
  amounts: Amounts,
  settings: Record<string, string>,
  inTurn: () => Promise<void>,
): Promise<number[]> {
  const idle = { LATCHKEY_IDLE_TIMEOUT_SECONDS: String(IDLE_SECONDS) }
  const site = await createSite(scratch, { ...idle, ...settings })
  const running = await site.startReady()
  const wishes = Array.from({ length: amounts.functions }, (_, i): FunctionWish => {
    return { name: `cold-${i}`, code: COUNTING_CODE, instances: { min: 0, max: 1 } }
  })
  const urls = await deployFunctions(site.client, wishes)
  const names = wishes.map((wish) => wish.name)
  const headers = { 'x-api-key': await createKey(site.client, names) }
  const caller = new Caller()
  const firstByteMs: number[] = []
  for (let batch = 0; batch < amounts.batches; batch++) {
    await until(
      'every function is scaled to zero',
      async () =>
        [...(await instanceCounts(site.client)).values()].every((n) => n === 0) || undefined,
      { everyMs: 100, limitMs: 30_000 },
    )
    for (const url of urls) {
      // The counter's first value: this instance was started for this call.
      firstByteMs.push((await caller.callFor('1', url, headers)).firstByteMs)
      await delay(PAUSE_MS)
    }
    for (const _ of urls) await inTurn()
  }
  caller.close()
  await running.stop()
  return firstByteMs
}

async function bareNode(): Promise<number> {
  const begun = performance.now()
  await output(process.execPath, ['-e', '0'])
  return performance.now() - begun
}
