import type { Bench } from '../measurement.ts'
import { startComparedStacks } from '../servers/compared-stacks.ts'
import { HELLO } from '../servers/hello.ts'
import type { Part, Stack } from '../servers/stack.ts'
import { cores } from '../tools/abilities.ts'
import { Caller } from '../tools/caller.ts'
import { type CoreTime, coreTime } from '../tools/core-time.ts'
import { cpuSecondsOf } from '../tools/processes.ts'
import type { Scratch } from '../tools/scratch.ts'
import { runWrk, writeWrkScript, writeWrkTour } from '../tools/wrk.ts'

export interface CpuPerRequest {
  readonly seconds: number
  readonly connections: number
  /** The first is what the others are compared with. */
  readonly stacks: readonly StackRounds[]
}

export interface StackRounds {
  readonly name: string
  /** Round i of every stack was measured beside round i of the others. */
  readonly rounds: readonly CpuRound[]
}

export interface CpuRound {
  readonly proxyUs: number
  readonly functionUs: number
  readonly requestsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  /** Of the servers' core, 0 to 1: what neither the servers nor idleness used. */
  readonly disturbance: number
}

export interface CpuOptions {
  /** Started already, all on `serverCore`. */
  readonly stacks: readonly Stack[]
  readonly serverCore: number
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Where wrk runs: not the servers' core. */
  readonly loadCore: number
}

const CONNECTIONS = 32

/** Latchkey beside what a user would pick instead. */
export async function compareCpuPerRequest(bench: Bench): Promise<CpuPerRequest> {
  const { serverCore, loadCore } = cores()
  const stacks = await startComparedStacks(bench, serverCore, { variants: true })
  const options = { stacks, serverCore, loadCore, ...bench.plan.cpu }
  const result = await measureCpuPerRequest(bench.scratch, options)
  await Promise.all(stacks.map((stack) => stack.stop()))
  return result
}

/** Processor time of every server process divided by the requests, the stacks in turn in every round. */
export async function measureCpuPerRequest(
  scratch: Scratch,
  options: CpuOptions,
): Promise<CpuPerRequest> {
  const { stacks, rounds, seconds } = options
  const results = stacks.map((stack) => ({ name: stack.name, rounds: [] as CpuRound[] }))
  const scripts = stacks.map((stack) => scriptOf(scratch, stack))
  const load = (i: number, forSeconds: number) =>
    runWrk({
      url: stacks[i]!.url,
      script: scripts[i]!,
      core: options.loadCore,
      seconds: forSeconds,
      connections: CONNECTIONS,
    }).catch((error) => {
      throw new Error(`${stacks[i]!.name}: ${error.message}`, { cause: error })
    })
  for (let i = 0; i < stacks.length; i++) {
    await checkAnswers(stacks[i]!)
    await load(i, options.warmUpSeconds)
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < stacks.length; turn++) {
      // Another one goes first in each round: none always follows the same neighbour's heat.
      const i = (round + turn) % stacks.length
      results[i]!.rounds.push(
        await oneRound(stacks[i]!, options.serverCore, () => load(i, seconds)),
      )
    }
  }
  for (const stack of stacks) await checkAnswers(stack)
  return { seconds, connections: CONNECTIONS, stacks: results }
}

function scriptOf(scratch: Scratch, { secret, tour = [] }: Stack): string {
  const folder = scratch.newFolder('wrk')
  return tour.length > 0 ? writeWrkTour(folder, tour) : writeWrkScript(folder, secret)
}

async function oneRound(
  stack: Stack,
  core: number,
  load: () => ReturnType<typeof runWrk>,
): Promise<CpuRound> {
  const parts = stack.processes()
  const before = { ...cpuSeconds(parts), core: coreTime(core) }
  const { requests, requestsPerSecond, p50Us, p99Us } = await load()
  const after = { ...cpuSeconds(parts), core: coreTime(core) }
  const now = stack.processes()
  if (now.size !== parts.size || [...now.keys()].some((pid) => !parts.has(pid))) {
    throw new Error(`${stack.name}: a server process was replaced during a round`)
  }
  const proxySeconds = after.proxy - before.proxy
  const functionSeconds = after.function - before.function
  return {
    proxyUs: (proxySeconds * 1e6) / requests,
    functionUs: (functionSeconds * 1e6) / requests,
    requestsPerSecond,
    p50Us,
    p99Us,
    disturbance: disturbance(before.core, after.core, proxySeconds + functionSeconds),
  }
}

/** Of all processes of each part, since they began. */
export function cpuSeconds(parts: ReadonlyMap<number, Part>): Record<Part, number> {
  const sums = { proxy: 0, function: 0 }
  for (const [pid, part] of parts) sums[part] += cpuSecondsOf(pid)
  return sums
}

function disturbance(before: CoreTime, after: CoreTime, serverSeconds: number): number {
  const othersSeconds = after.busySeconds - before.busySeconds - serverSeconds
  return Math.max(0, othersSeconds / (after.totalSeconds - before.totalSeconds))
}

export function totalUs(round: CpuRound): number {
  return round.proxyUs + round.functionUs
}

/** Of each round: the processor time of `above` divided by that of `below` beside it. */
export function ratios(above: StackRounds, below: StackRounds): number[] {
  return above.rounds.map((round, i) => totalUs(round) / totalUs(below.rounds[i]!))
}

/** Every stack does the same: the function's answer with the key, 401 without it. */
export async function checkAnswers({ name, url, secret }: Stack): Promise<void> {
  const caller = new Caller()
  try {
    await caller.callFor(HELLO, url, { 'x-api-key': secret })
    const { status } = await caller.call(url)
    if (status !== 401) throw new Error(`${name} answered ${status} to a call without a key`)
  } finally {
    caller.close()
  }
}
