import { setTimeout as delay } from 'node:timers/promises'
import { createHelloSite } from '../servers/hello-site.ts'
import { latchkeyProcesses, type Role } from '../servers/latchkey-processes.ts'
import { cpuSecondsOf, type Memory, memoryOf, peakBytesOf } from '../tools/processes.ts'
import type { Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'

export interface AtRest {
  readonly idleSeconds: number
  readonly processes: readonly RestingProcess[]
}

export interface RestingProcess {
  readonly role: Role
  readonly memory: Memory
  /** The most that was resident since its start, shared pages included. */
  readonly peakBytes: number
  /** Processor time used in the idle seconds. */
  readonly cpuSeconds: number
}

/** One function, one instance that has answered, then nothing for `idleSeconds`. */
export async function measureAtRest(scratch: Scratch, idleSeconds: number): Promise<AtRest> {
  const { site, url, secret } = await createHelloSite(scratch)
  // As after any start but the first: Node's compile cache is there.
  const running = await site.startReady()
  await untilAnswered(url, 200, running, { headers: { 'x-api-key': secret } })
  const result = await rest(running.pid, idleSeconds)
  await running.stop()
  return result
}

/** What the processes of a server have and use while nobody calls. */
export async function rest(supervisor: number, idleSeconds: number): Promise<AtRest> {
  const all = latchkeyProcesses(supervisor)
  const before = all.map(({ pid }) => cpuSecondsOf(pid))
  await delay(idleSeconds * 1000)
  const processes = all.map(({ pid, role }, i) => ({
    role,
    memory: memoryOf(pid),
    peakBytes: peakBytesOf(pid),
    cpuSeconds: cpuSecondsOf(pid) - before[i]!,
  }))
  return { idleSeconds, processes }
}

export function totalBytes({ processes }: AtRest): number {
  return processes.reduce((sum, one) => sum + one.memory.shareBytes, 0)
}

/** Per cent of one core. */
export function corePercent({ processes, idleSeconds }: AtRest): number {
  return (100 * processes.reduce((sum, one) => sum + one.cpuSeconds, 0)) / idleSeconds
}
