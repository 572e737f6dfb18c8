import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Scratch } from '../tools/scratch.ts'
import type { VerdictTimes, VerdictWish } from './key-verdict-process.ts'

const PROCESS_FILE = fileURLToPath(new URL('./key-verdict-process.ts', import.meta.url))

/**
 * Nanoseconds from the value of X-API-Key to the verdict, by the gateway's own code, and what the
 * table behind it costs. In a process of its own for each table, whose memory is gone with it.
 */
export async function measureKeyVerdict(
  scratch: Scratch,
  size: Pick<VerdictWish, 'keys' | 'rounds'>,
): Promise<VerdictTimes> {
  const wish: VerdictWish = { ...size, folder: scratch.newFolder('keys') }
  const child = fork(PROCESS_FILE, [JSON.stringify(wish)], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit')
  const times = Promise.withResolvers<VerdictTimes>()
  child.on('message', (message) => times.resolve(message as VerdictTimes))
  child.on('exit', (code) => times.reject(new Error(`key verdict: the process ended (${code})`)))
  const result = await times.promise
  await ended
  rmSync(wish.folder, { recursive: true })
  return result
}
