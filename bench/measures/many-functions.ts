import { runSteadyLoad, type StreamResult } from '../load/steady-load.ts'
import type { Bench } from '../measurement.ts'
import { instanceCounts } from '../servers/latchkey.ts'
import { startPreparedStack } from '../servers/prepared-stack.ts'
import { addFunctions, addKeys, withStore } from '../servers/prepared-store.ts'
import type { Stack } from '../servers/stack.ts'
import { cores } from '../tools/abilities.ts'
import { until } from '../tools/until.ts'
import { type CpuPerRequest, cpuSeconds, measureCpuPerRequest } from './cpu-per-request.ts'

export interface ManyFunctions {
  readonly functions: number
  readonly ratePerSecond: number
  readonly seconds: number
  readonly one: readonly SteadyRound[]
  readonly many: readonly SteadyRound[]
  /** Asked for all that they can: one function, then many, called in turn. */
  readonly saturated: CpuPerRequest
}

export interface SteadyRound {
  readonly result: StreamResult
  /** Processor time of all processes of the server for one request. */
  readonly cpuUs: number
}

const RATE_OF_EACH = 10
const CONNECTIONS = 64
const INSTANCES_LIMIT_MS = 120_000

/** Many functions with a few requests a second each, and one with as many as all of them together. */
export async function measureManyFunctions({ scratch, plan }: Bench): Promise<ManyFunctions> {
  const { functions, ...cpuPlan } = plan.manyFunctions
  const { serverCore, loadCore } = cores()
  const one = await startPreparedStack(scratch, serverCore, {
    name: 'one function',
    prepare: async (_site, hello) => [hello],
  })
  const many = await startManyStack(scratch, serverCore, functions)
  const ratePerSecond = functions * RATE_OF_EACH
  const result = {
    functions,
    ratePerSecond,
    seconds: cpuPlan.seconds,
    one: [] as SteadyRound[],
    many: [] as SteadyRound[],
  }
  for (let round = 0; round < cpuPlan.rounds; round++) {
    const inTurn = round % 2 === 0 ? (['one', 'many'] as const) : (['many', 'one'] as const)
    for (const which of inTurn) {
      const stack = { one, many }[which]
      result[which].push(await steadyRound(stack, ratePerSecond, cpuPlan.seconds, loadCore))
    }
  }
  const stacks = [one, many]
  const saturated = await measureCpuPerRequest(scratch, {
    stacks,
    serverCore,
    loadCore,
    ...cpuPlan,
  })
  await Promise.all(stacks.map((stack) => stack.stop()))
  return { ...result, saturated }
}

async function startManyStack(scratch: Bench['scratch'], core: number, functions: number) {
  const stack = await startPreparedStack(scratch, core, {
    name: 'many functions',
    prepare: (site, hello) =>
      withStore(site, async (store) => {
        const added = await addFunctions(store, 'hello', functions - 1, 1)
        const ids = added.map(({ id }) => id)
        const [secret] = await addKeys(store, 1, () => ids)
        return [hello, ...added.map(({ path }) => ({ path, secret: secret! }))]
      }),
  })
  await until(
    'every function has its instance',
    async () => {
      const counts = await instanceCounts(stack.site.client)
      return [...counts.values()].every((count) => count > 0) || undefined
    },
    { everyMs: 500, limitMs: INSTANCES_LIMIT_MS },
  )
  return stack
}

async function steadyRound(
  stack: Stack,
  ratePerSecond: number,
  seconds: number,
  core: number,
): Promise<SteadyRound> {
  const parts = stack.processes()
  const before = cpuSeconds(parts)
  const [result] = await runSteadyLoad({
    port: Number(new URL(stack.url).port),
    seconds,
    core,
    pace: 'spin',
    streams: [
      {
        ratePerSecond,
        connections: CONNECTIONS,
        paths: stack.tour!.map(({ path }) => path),
        keys: stack.tour!.map(({ secret }) => secret),
        status: 200,
      },
    ],
  })
  const after = cpuSeconds(parts)
  const usedSeconds = after.proxy + after.function - before.proxy - before.function
  return { result: result!, cpuUs: (usedSeconds * 1e6) / result!.requests }
}
