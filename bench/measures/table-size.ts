import type { Bench } from '../measurement.ts'
import type { Site } from '../servers/latchkey.ts'
import { addKeysToNode } from '../servers/prepared-node.ts'
import { startPreparedStack } from '../servers/prepared-stack.ts'
import { addFunctions, withStore } from '../servers/prepared-store.ts'
import { cores } from '../tools/abilities.ts'
import type { Target } from '../tools/wrk.ts'
import { type CpuPerRequest, measureCpuPerRequest } from './cpu-per-request.ts'

export interface TableSize {
  readonly functions: number
  readonly keys: number
  /** How many of the keys are presented, in turn. */
  readonly presented: number
  /** One function and one key; many functions; many keys, one presented; many keys, many presented. */
  readonly cpu: CpuPerRequest
}

/** More than fits the processor's caches together with their records. */
const PRESENTED = 20_000

/** What a whole request costs when the tables are large, in turns with small ones. */
export async function measureTableSize({ scratch, plan }: Bench): Promise<TableSize> {
  const { functions, keys, ...cpuPlan } = plan.tableSize
  const { serverCore, loadCore } = cores()
  const start = (name: string, prepare: Parameters<typeof startPreparedStack>[2]['prepare']) =>
    startPreparedStack(scratch, serverCore, { name, prepare })
  const one = await start('one function, one key', async (_site, hello) => [hello])
  const manyFunctions = await start('many functions', async (site, hello) => {
    await withStore(site, (store) => addFunctions(store, 'hello', functions - 1))
    return [hello]
  })
  // Apart, so that what is written of the use of many keys is not charged to the use of one.
  const keysOf =
    (presented: number) =>
    async (site: Site, { path }: Target) => {
      const secrets = await addKeysToNode(site, keys - 1, presented, 'hello')
      return secrets.map((secret) => ({ path, secret }))
    }
  const oneOfMany = await start('many keys, one presented', keysOf(1))
  const manyOfMany = await start('many keys, many presented', keysOf(PRESENTED))
  const stacks = [one, manyFunctions, oneOfMany, manyOfMany]
  const cpu = await measureCpuPerRequest(scratch, { stacks, serverCore, loadCore, ...cpuPlan })
  await Promise.all(stacks.map((stack) => stack.stop()))
  return { functions, keys, presented: manyOfMany.tour!.length, cpu }
}
