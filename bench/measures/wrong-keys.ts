import { runSteadyLoad, type StreamResult, type StreamWish } from '../load/steady-load.ts'
import type { Bench } from '../measurement.ts'
import { HELLO_CODE } from '../servers/hello.ts'
import { createKey, createSite, deployFunctions } from '../servers/latchkey.ts'
import { pidOf } from '../servers/latchkey-processes.ts'
import { cores } from '../tools/abilities.ts'
import { diskBytesOf, memoryOf } from '../tools/processes.ts'

export interface WrongKeys {
  readonly ratePerSecond: number
  readonly validPerSecond: number
  readonly seconds: number
  readonly wrong: number
  /** Of the data role: gateway, key table, journal. */
  readonly memoryBefore: number
  readonly memoryAfter: number
  /** Bytes a second that it made the system read from and write to disks. */
  readonly diskAlone: number
  readonly diskBesideWrong: number
  /** What the valid caller sees, round by round. */
  readonly alone: readonly StreamResult[]
  readonly besideRight: readonly StreamResult[]
  readonly besideWrong: readonly StreamResult[]
}

const VALID_PER_SECOND = 500
const VALID_CONNECTIONS = 16
const CONNECTIONS = 64

/** A caller with a key, alone, beside callers who try another wrong key each time, and beside right ones. */
export async function measureWrongKeys({ scratch, plan }: Bench): Promise<WrongKeys> {
  const { rounds, ratePerSecond, aloneSeconds, seconds } = plan.wrongKeys
  const { serverCore, loadCore: core } = cores()
  const site = await createSite(scratch)
  const running = await site.startReady(serverCore)
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  const { port, pathname } = new URL(url!)
  const right = [await createKey(site.client, ['hello'])]
  const stream = (wish: Omit<StreamWish, 'paths'>): StreamWish => ({ ...wish, paths: [pathname] })
  const load = async (forSeconds: number, others: readonly StreamWish[]) => {
    const valid = stream({
      ratePerSecond: VALID_PER_SECOND,
      connections: VALID_CONNECTIONS,
      keys: right,
      status: 200,
    })
    const streams = [valid, ...others]
    const wish = { port: Number(port), seconds: forSeconds, streams, core, pace: 'spin' } as const
    return (await runSteadyLoad(wish))[0]!
  }
  const others = { ratePerSecond, connections: CONNECTIONS }
  const wrong = stream({ ...others, keys: 'wrong', status: 401 })
  const besideRight = stream({ ...others, keys: right, status: 200 })
  // What grows once, such as the code that V8 makes, is there before anything is counted.
  await load(aloneSeconds, [besideRight])
  await load(aloneSeconds, [wrong])
  const results = {
    alone: [] as StreamResult[],
    besideRight: [] as StreamResult[],
    besideWrong: [] as StreamResult[],
  }
  const data = pidOf('data', running.pid)
  const disk = { alone: 0, besideWrong: 0 }
  const counted = async (phase: keyof typeof disk, forSeconds: number, more: StreamWish[]) => {
    const before = diskBytesOf(data)
    results[phase].push(await load(forSeconds, more))
    disk[phase] += diskBytesOf(data) - before
  }
  const memoryBefore = memoryOf(data).privateBytes
  for (let round = 0; round < rounds; round++) {
    await counted('alone', aloneSeconds, [])
    await counted('besideWrong', seconds, [wrong])
    results.besideRight.push(await load(aloneSeconds, [besideRight]))
  }
  const memoryAfter = memoryOf(data).privateBytes
  await running.stop()
  return {
    ratePerSecond,
    validPerSecond: VALID_PER_SECOND,
    seconds,
    wrong: Math.floor(ratePerSecond * seconds) * rounds,
    memoryBefore,
    memoryAfter,
    diskAlone: disk.alone / (aloneSeconds * rounds),
    diskBesideWrong: disk.besideWrong / (seconds * rounds),
    ...results,
  }
}
