import { setTimeout as delay } from 'node:timers/promises'
import { HELLO_CODE } from '../servers/hello.ts'
import { createSite, deployFunctions } from '../servers/latchkey.ts'
import { instanceFamilies, runsShim } from '../servers/latchkey-processes.ts'
import { cpuSecondsOf, type Memory, memoryOf } from '../tools/processes.ts'
import type { Scratch } from '../tools/scratch.ts'
import { until } from '../tools/until.ts'

export interface IdlePool {
  readonly idleSeconds: number
  /** One for each spare, its sandbox included. */
  readonly memory: readonly Memory[]
  /** Of what keeps the sandboxes' networks, all together; bytes. */
  readonly networkBytes: number
  /** Of all together in the idle seconds. */
  readonly cpuSeconds: number
}

const SPARES = 8

/** Spares and nothing else: a server whose only function was never called. */
export async function measureIdlePool(scratch: Scratch, idleSeconds: number): Promise<IdlePool> {
  const site = await createSite(scratch, { LATCHKEY_SPARE_INSTANCES: String(SPARES) })
  const first = await site.startReady()
  await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 0, max: 1 } },
  ])
  // The instance that tried the new version goes with the first server.
  await first.stop()
  const running = await site.startReady()
  const spares = await until(
    'the pool is full',
    async () => {
      const families = instanceFamilies(running.pid).filter(runsShim)
      return families.length === SPARES ? families : undefined
    },
    { everyMs: 100, limitMs: 30_000 },
  )
  const networks = instanceFamilies(running.pid).filter((family) => !runsShim(family))
  const all = [...spares, ...networks].flat()
  await untilQuiet(all)
  const before = all.map(cpuSecondsOf)
  await delay(idleSeconds * 1000)
  const cpuSeconds = all.reduce((sum, pid, i) => sum + cpuSecondsOf(pid) - before[i]!, 0)
  const memory = spares.map(memoryOfAll)
  const networkBytes = memoryOfAll(networks.flat()).shareBytes
  await running.stop()
  return { idleSeconds, memory, networkBytes, cpuSeconds }
}

function memoryOfAll(pids: readonly number[]): Memory {
  const all = pids.map(memoryOf)
  return {
    shareBytes: all.reduce((sum, one) => sum + one.shareBytes, 0),
    privateBytes: all.reduce((sum, one) => sum + one.privateBytes, 0),
  }
}

/** Until the last of them has loaded what it loads ahead. */
async function untilQuiet(pids: readonly number[]): Promise<void> {
  let before = -1
  await until(
    'the spares are quiet',
    async () => {
      const now = pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
      const isQuiet = now === before
      before = now
      return isQuiet || undefined
    },
    { everyMs: 500, limitMs: 30_000 },
  )
}
