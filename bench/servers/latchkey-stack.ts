import type { Scratch } from '../tools/scratch.ts'
import { HELLO_CODE } from './hello.ts'
import { createKey, createSite, deployFunctions, type Settings } from './latchkey.ts'
import { latchkeyProcesses } from './latchkey-processes.ts'
import type { Part, Stack } from './stack.ts'

/** Latchkey with one instance of a hello function, on one core; as it is by default without settings. */
export async function startLatchkeyStack(
  scratch: Scratch,
  core: number,
  {
    name = 'Latchkey',
    settings = {},
  }: { readonly name?: string; readonly settings?: Settings } = {},
): Promise<Stack> {
  const site = await createSite(scratch, settings)
  const running = await site.startReady(core)
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  return {
    name,
    url: url!,
    secret: await createKey(site.client, ['hello']),
    processes: () => latchkeyParts(running.pid),
    stop: () => running.stop(),
  }
}

/** Supervisor and control count as proxy: without them there would be no gateway. */
export function latchkeyParts(supervisor: number): Map<number, Part> {
  const processes = latchkeyProcesses(supervisor)
  if (!processes.some(({ role }) => role === 'data'))
    throw new Error('the data role is not running')
  return new Map(
    processes.map(({ pid, role }) => [pid, role === 'instance' ? 'function' : 'proxy']),
  )
}
