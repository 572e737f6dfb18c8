import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPlainFile } from '../lib/plain-file.ts'
import { removeInstanceFolder } from './instance-folder.ts'
import { processStat, signalGroup } from './process-group.ts'
import { endStrays } from './strays.ts'

const PID_FILE = 'pid'
const PID_FILE_BYTES_MAX = 64

/** Notes who runs in the instance's folder, for {@link reapLeftovers} of a later process. */
export function writePidFile(instanceFolder: string, pid: number): void {
  const startTicks = processStat(pid)?.startTicks ?? ''
  writeFileSync(join(instanceFolder, PID_FILE), `${pid} ${startTicks}\n`)
}

/**
 * Ends the instances that a killed process left in `folder`, with all that they had started, and
 * removes their folders. A process is ours if its id and start time are those of the pid file, or if
 * it carries the instance's folder in its environment. Where there is no /proc nothing is ended:
 * instances then end by themselves when their control channel closes. `onError` is told why a folder
 * could not be removed.
 */
export function reapLeftovers(
  folder: string,
  onError: (error: Error) => void = () => {},
): { ended: number } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const folders = readdirSync(folder).map((name) => join(folder, name))
  const found = endStrays(new Set(folders))
  for (const instanceFolder of folders) {
    const leader = readPidFile(instanceFolder)
    if (leader !== undefined && processStat(leader.pid)?.startTicks === leader.startTicks) {
      signalGroup(leader.pid, 'SIGKILL')
      found.add(instanceFolder)
    }
    const error = removeInstanceFolder(instanceFolder)
    if (error !== undefined) onError(error)
  }
  return { ended: found.size }
}

interface Leader {
  readonly pid: number
  readonly startTicks: string
}

function readPidFile(instanceFolder: string): Leader | undefined {
  const text = readPlainFile(join(instanceFolder, PID_FILE), 0, PID_FILE_BYTES_MAX)
  const match = /^(\d+) (\d+)\n$/.exec(text?.toString() ?? '')
  // Written in part, or on a system without start times: nothing can be proven.
  return match === null ? undefined : { pid: Number(match[1]), startTicks: match[2]! }
}
