import { familyOf, titleOf } from '../tools/processes.ts'
import type { Scratch } from '../tools/scratch.ts'
import { HELLO_CODE } from './hello.ts'
import { createKey, createSite, deployFunctions } from './latchkey.ts'
import type { Part, Stack } from './stack.ts'

/** Latchkey as it is by default, with one instance of a hello function, on one core. */
export async function startLatchkeyStack(scratch: Scratch, core: number): Promise<Stack> {
  const site = await createSite(scratch)
  const running = await site.startReady(core)
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  return {
    name: 'Latchkey',
    url: url!,
    secret: await createKey(site.client, ['hello']),
    processes: () => latchkeyParts(running.pid),
    stop: () => running.stop(),
  }
}

/** Supervisor and control count as proxy: without them there would be no gateway. */
function latchkeyParts(supervisor: number): Map<number, Part> {
  const family = familyOf(supervisor)
  const data = family.find((pid) => titleOf(pid).startsWith('latchkey data'))
  if (data === undefined) throw new Error('the data role is not running')
  const ofData = new Set(familyOf(data).slice(1))
  return new Map(family.map((pid) => [pid, ofData.has(pid) ? 'function' : 'proxy']))
}
