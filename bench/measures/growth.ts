import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { readRoutes } from '../../src/store/routes.ts'
import { type StreamResult, startSteadyLoad } from '../load/steady-load.ts'
import type { Bench } from '../measurement.ts'
import { FedNode } from '../servers/fed-node.ts'
import { createHelloSite } from '../servers/hello-site.ts'
import { keyEntry } from '../servers/prepared-node.ts'
import { withStore } from '../servers/prepared-store.ts'
import { cores } from '../tools/abilities.ts'
import { untilAnswered } from '../tools/until-answered.ts'

export interface Growth {
  readonly keysAChange: number
  readonly keysAtOnce: number
  readonly seconds: number
  /** Of a caller with a request each millisecond. */
  readonly quiet: readonly GrowthRound[]
  readonly steadily: readonly GrowthRound[]
  readonly atOnce: readonly GrowthRound[]
}

export interface GrowthRound {
  readonly result: StreamResult
  /** Added and acknowledged while the caller called. */
  readonly keysAdded: number
}

const KEYS_A_CHANGE = 100
const RATE_PER_SECOND = 1_000
/** Many, so that one answer that is late does not keep the next request from being sent. */
const CONNECTIONS = 64

/** A caller each millisecond while the node is sent nothing, small changes without end, and a large one. */
export async function measureGrowth({ scratch, plan }: Bench): Promise<Growth> {
  const { rounds, seconds, keysAtOnce } = plan.growth
  const { loadCore: core } = cores()
  const { site, url, secret } = await createHelloSite(scratch)
  const [route] = await withStore(site, ({ db }) => readRoutes(db, { afterId: '', limit: 1 }))
  const { functionId } = route!
  const node = await FedNode.start(site)
  await untilAnswered(url, 200, node.running, { headers: { 'x-api-key': secret } })
  const { port, pathname } = new URL(url)
  const caller = {
    ratePerSecond: RATE_PER_SECOND,
    connections: CONNECTIONS,
    paths: [pathname],
    keys: [secret],
    status: 200,
  }
  const wish = { port: Number(port), seconds, streams: [caller], core, pace: 'timer' } as const
  const newKeys = (count: number) =>
    Array.from({ length: count }, () => keyEntry('grown', mintKeySecret(), functionId))

  const oneRound = async (grow: (isOver: () => boolean) => Promise<number>) => {
    const load = startSteadyLoad(wish)
    let isOver = false
    load.result
      .finally(() => {
        isOver = true
      })
      .catch(() => {})
    await load.begun
    const keysAdded = await grow(() => isOver)
    return { result: (await load.result)[0]!, keysAdded }
  }
  const growSteadily = async (isOver: () => boolean) => {
    let added = 0
    for (; !isOver(); added += KEYS_A_CHANGE) await node.addKeys(newKeys(KEYS_A_CHANGE))
    return added
  }
  const growAtOnce = async (keys: ReturnType<typeof newKeys>) => {
    await node.addKeys(keys)
    return keys.length
  }
  // What runs for the first time is slower.
  await oneRound(growSteadily)
  const result = {
    quiet: [] as GrowthRound[],
    steadily: [] as GrowthRound[],
    atOnce: [] as GrowthRound[],
  }
  for (let round = 0; round < rounds; round++) {
    result.quiet.push(await oneRound(async () => 0))
    result.steadily.push(await oneRound(growSteadily))
    const keys = newKeys(keysAtOnce)
    result.atOnce.push(await oneRound(() => growAtOnce(keys)))
  }
  await node.stop()
  return { keysAChange: KEYS_A_CHANGE, keysAtOnce, seconds, ...result }
}
