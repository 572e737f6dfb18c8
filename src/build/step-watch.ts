import { statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { memoryOfTree } from './process-memory.ts'
import { diskBytes } from './tree.ts'

export interface StepLimits {
  /** Of what a build may keep; while a tool runs it may have written twice as much. */
  readonly bytesMax: number
  readonly memoryMb: number
  /** Of what tools keep between builds. */
  readonly cacheBytesMax: number
}

export interface WatchedStep {
  readonly limits: StepLimits
  readonly folder: string
  readonly homeFolder: string
  /** Called once with the rest of a sentence when a limit is passed: "was ended because …". */
  onPassed(why: string): void
}

const LOOK_EVERY_MS = 250
/** Looking may take so much of the time at most. */
const SHARE_OF_LOOKING = 1 / 6
const WHILE_IT_RUNS = 2
/** What must be left on the disk for the server itself. */
const FREE_BYTES_LEAST = 64 * 2 ** 20

/** Looks at a tool's disk and memory again and again; returns what ends that. */
export function watchStep(step: WatchedStep, pid: number): () => void {
  const controller = new AbortController()
  watch(step, pid, controller.signal).catch((error) => {
    if (!controller.signal.aborted) step.onPassed(`it could not be watched: ${error.message}`)
  })
  return () => controller.abort()
}

async function watch(step: WatchedStep, pid: number, signal: AbortSignal): Promise<void> {
  const { limits, folder, homeFolder, onPassed } = step
  const bytesMax = limits.bytesMax * WHILE_IT_RUNS
  const memoryMax = limits.memoryMb * 2 ** 20
  const homeBefore = await diskBytes(homeFolder)
  while (!signal.aborted) {
    const startedAtMs = performance.now()
    const memory = await memoryOfTree(pid)
    if (memory > memoryMax) return onPassed(`it took more than ${limits.memoryMb} MB of memory`)
    const bytes = await diskBytes(folder)
    if (bytes > bytesMax) return onPassed(`it wrote more than ${megabytes(bytesMax)} MB`)
    if ((await diskBytes(homeFolder)) - homeBefore > limits.cacheBytesMax) {
      return onPassed(
        `it wrote more than ${megabytes(limits.cacheBytesMax)} MB into its home folder`,
      )
    }
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < FREE_BYTES_LEAST) return onPassed("the server's disk is nearly full")
    const tookMs = performance.now() - startedAtMs
    await delay(Math.max(LOOK_EVERY_MS, tookMs / SHARE_OF_LOOKING), undefined, { signal })
  }
}

export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
