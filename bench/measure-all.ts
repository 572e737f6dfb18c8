import { freemem } from 'node:os'
import { measureAtRest } from './measures/at-rest.ts'
import { measureColdStart } from './measures/cold-start.ts'
import { type CpuPerRequest, measureCpuPerRequest } from './measures/cpu-per-request.ts'
import { measureKeyVerdict } from './measures/key-verdict.ts'
import type { VerdictTimes } from './measures/key-verdict-process.ts'
import { measureStartUp } from './measures/start-up.ts'
import { measureWarmLatency } from './measures/warm-latency.ts'
import type { Plan } from './plan.ts'
import type { Measured, Results } from './results.ts'
import { haproxy } from './servers/haproxy.ts'
import { startLatchkeyStack } from './servers/latchkey-stack.ts'
import { nginx } from './servers/nginx.ts'
import { startPeerStack } from './servers/peer-stack.ts'
import { findCommand } from './tools/commands.ts'
import { allowedCores, describeMachine } from './tools/machine.ts'
import type { Scratch } from './tools/scratch.ts'

/** What a key costs in the measuring process: two tables, and its part of the snapshot in the page cache. */
const BYTES_PER_KEY = 600

/** One measurement after the other: two at a time would measure each other. */
export async function measureAll(
  scratch: Scratch,
  plan: Plan,
  say: (line: string) => void,
): Promise<Results> {
  const begun = performance.now()
  const machine = await describeMachine()
  say('start-up ...')
  const startUpMs = await measureStartUp(scratch, plan.startUpRuns)
  say('cold start ...')
  const coldStart = await measureColdStart(scratch, plan.coldStart)
  say('warm latency ...')
  const warmLatency = await measureWarmLatency(scratch, plan.warmLatency)
  say('memory and processor at rest ...')
  const atRest = await unless(noProc(), () => measureAtRest(scratch, plan.idleSeconds), say)
  say('processor time per request ...')
  const cpuPerRequest = await unless(noLoad(), () => compareStacks(scratch, plan, say), say)
  say('key verdict ...')
  const keyVerdicts: Measured<VerdictTimes>[] = []
  for (const keys of plan.verdictKeys) {
    const wish = { keys, rounds: plan.verdictRounds }
    keyVerdicts.push(await unless(noRoom(keys), () => measureKeyVerdict(scratch, wish), say))
  }
  return {
    machine,
    day: new Date().toISOString().slice(0, 10),
    tookSeconds: (performance.now() - begun) / 1000,
    startUpMs,
    coldStart,
    warmLatency,
    atRest,
    cpuPerRequest,
    keyVerdicts,
  }
}

async function compareStacks(
  scratch: Scratch,
  plan: Plan,
  say: (line: string) => void,
): Promise<CpuPerRequest> {
  const [serverCore, loadCore] = allowedCores() as [number, number]
  const stacks = [
    await startLatchkeyStack(scratch, serverCore),
    await startPeerStack(scratch, nginx(findCommand('nginx')!), serverCore),
  ]
  const second = findCommand('haproxy')
  if (second === undefined) say('skipped HAProxy: it is not on this machine')
  else stacks.push(await startPeerStack(scratch, haproxy(second), serverCore))
  const result = await measureCpuPerRequest(scratch, {
    stacks,
    serverCore,
    loadCore,
    ...plan.cpu,
  })
  await Promise.all(stacks.map((stack) => stack.stop()))
  return result
}

async function unless<T>(
  reason: string | undefined,
  measure: () => Promise<T>,
  say: (line: string) => void,
): Promise<Measured<T>> {
  if (reason === undefined) return { kind: 'measured', value: await measure() }
  say(`skipped: ${reason}`)
  return { kind: 'skipped', reason }
}

function noProc(): string | undefined {
  return process.platform === 'linux' ? undefined : 'it reads /proc, which only Linux has'
}

function noLoad(): string | undefined {
  if (noProc() !== undefined) return noProc()
  const missing = ['wrk', 'nginx', 'taskset'].filter((name) => findCommand(name) === undefined)
  if (missing.length > 0) return `not on this machine: ${missing.join(', ')}`
  return allowedCores().length < 2 ? 'it needs two cores' : undefined
}

function noRoom(keys: number): string | undefined {
  const bytes = keys * BYTES_PER_KEY
  if (freemem() > bytes) return undefined
  return `${keys.toLocaleString('en')} keys need ${Math.ceil(bytes / 1e6)} MB of free memory`
}
