import { runSteadyLoad, type StreamResult } from '../load/steady-load.ts'
import type { Bench } from '../measurement.ts'
import { startComparedStacks } from '../servers/compared-stacks.ts'
import { bareNginx } from '../servers/nginx.ts'
import { startPeerStack } from '../servers/peer-stack.ts'
import type { Stack } from '../servers/stack.ts'
import { cores } from '../tools/abilities.ts'
import { findCommand } from '../tools/commands.ts'
import type { Scratch } from '../tools/scratch.ts'
import { runWrk, writeWrkScript } from '../tools/wrk.ts'
import { checkAnswers } from './cpu-per-request.ts'

export interface LatencyAtLoad {
  readonly seconds: number
  readonly connections: number
  readonly share: number
  readonly stacks: readonly StackLatency[]
  /** What the load itself costs: nginx that answers alone, at Latchkey's rate. Absent without nginx. */
  readonly floor: readonly LatencyRound[] | undefined
}

export interface StackLatency {
  readonly name: string
  readonly rounds: readonly LatencyRound[]
}

export interface LatencyRound {
  /** What the stack gave a moment before, asked for all that it can. */
  readonly saturation: number
  readonly ratePerSecond: number
  readonly result: StreamResult
}

const SHARE = 0.7
const SATURATION_CONNECTIONS = 32
const CONNECTIONS = 64

/** Answers to requests that come at 70 % of what each stack can, whether or not earlier ones are answered. */
export async function measureLatencyAtLoad(bench: Bench): Promise<LatencyAtLoad> {
  const { scratch, plan } = bench
  const { serverCore, loadCore } = cores()
  const stacks = await startComparedStacks(bench, serverCore, { variants: false })
  const command = findCommand('nginx')
  const bare =
    command === undefined
      ? undefined
      : await startPeerStack(scratch, bareNginx(command), serverCore)
  for (const stack of stacks) await checkAnswers(stack)
  const results = stacks.map(({ name }) => ({ name, rounds: [] as LatencyRound[] }))
  const floor: LatencyRound[] = []
  // One round more: the first warms up and is not counted.
  for (let round = -1; round < plan.steady.rounds; round++) {
    for (let turn = 0; turn < stacks.length; turn++) {
      const i = (round + 1 + turn) % stacks.length
      const one = await oneRound(scratch, stacks[i]!, loadCore, plan.steady)
      if (round >= 0) results[i]!.rounds.push(one)
    }
    if (bare === undefined || round < 0) continue
    const { saturation, ratePerSecond } = results[0]!.rounds.at(-1)!
    const result = await steady(bare, ratePerSecond, plan.steady.seconds, loadCore)
    floor.push({ saturation, ratePerSecond, result })
  }
  await Promise.all([...stacks, ...(bare === undefined ? [] : [bare])].map((one) => one.stop()))
  return {
    seconds: plan.steady.seconds,
    connections: CONNECTIONS,
    share: SHARE,
    stacks: results,
    floor: bare && floor,
  }
}

async function oneRound(
  scratch: Scratch,
  stack: Stack,
  core: number,
  { saturationSeconds, seconds }: Bench['plan']['steady'],
): Promise<LatencyRound> {
  const { requestsPerSecond: saturation } = await runWrk({
    url: stack.url,
    script: writeWrkScript(scratch.newFolder('wrk'), stack.secret),
    core,
    seconds: saturationSeconds,
    connections: SATURATION_CONNECTIONS,
  })
  const ratePerSecond = Math.floor(saturation * SHARE)
  return { saturation, ratePerSecond, result: await steady(stack, ratePerSecond, seconds, core) }
}

async function steady(
  { url, secret }: Stack,
  ratePerSecond: number,
  seconds: number,
  core: number,
): Promise<StreamResult> {
  const { port, pathname } = new URL(url)
  const stream = {
    ratePerSecond,
    connections: CONNECTIONS,
    paths: [pathname],
    keys: [secret],
    status: 200,
  }
  const wish = { port: Number(port), seconds, streams: [stream], core, pace: 'spin' } as const
  return (await runSteadyLoad(wish))[0]!
}
