import { setTimeout as delay } from 'node:timers/promises'
import { HELLO, HELLO_CODE } from '../servers/hello.ts'
import { createKey, createSite, deployFunctions } from '../servers/latchkey.ts'
import { Caller } from '../tools/caller.ts'
import { cpuSecondsOf, familyOf, type Memory, memoryOf, titleOf } from '../tools/processes.ts'
import type { Scratch } from '../tools/scratch.ts'

export interface AtRest {
  readonly idleSeconds: number
  readonly processes: readonly RestingProcess[]
}

export interface RestingProcess {
  readonly role: 'supervisor' | 'control' | 'data' | 'instance'
  readonly memory: Memory
  /** Processor time used in the idle seconds. */
  readonly cpuSeconds: number
}

/** One function, one instance that answered one request, then nothing for `idleSeconds`. */
export async function measureAtRest(scratch: Scratch, idleSeconds: number): Promise<AtRest> {
  const site = await createSite(scratch)
  const running = await site.startReady()
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  const secret = await createKey(site.client, ['hello'])
  const caller = new Caller()
  await caller.callFor(HELLO, url!, { 'x-api-key': secret })
  caller.close()

  const pids = familyOf(running.pid)
  const before = pids.map(cpuSecondsOf)
  await delay(idleSeconds * 1000)
  const processes = pids.map((pid, i) => ({
    role: roleOf(pid, running.pid),
    memory: memoryOf(pid),
    cpuSeconds: cpuSecondsOf(pid) - before[i]!,
  }))
  await running.stop()
  return { idleSeconds, processes }
}

function roleOf(pid: number, supervisor: number): RestingProcess['role'] {
  if (pid === supervisor) return 'supervisor'
  const title = titleOf(pid)
  if (title.startsWith('latchkey control')) return 'control'
  return title.startsWith('latchkey data') ? 'data' : 'instance'
}
