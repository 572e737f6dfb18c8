import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { VerdictTimes, VerdictWish } from './key-verdict-process.ts'

const PROCESS_FILE = fileURLToPath(new URL('./key-verdict-process.ts', import.meta.url))

/**
 * Nanoseconds from the value of X-API-Key to the verdict, by the gateway's own code. In a process
 * of its own for each table: a heap of a million keys must not weigh on anything else.
 */
export async function measureKeyVerdict(wish: VerdictWish): Promise<VerdictTimes> {
  const child = fork(PROCESS_FILE, [JSON.stringify(wish)], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit')
  const times = Promise.withResolvers<VerdictTimes>()
  child.on('message', (message) => times.resolve(message as VerdictTimes))
  child.on('exit', (code) => times.reject(new Error(`key verdict: the process ended (${code})`)))
  const result = await times.promise
  await ended
  return result
}
