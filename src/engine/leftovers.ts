import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processStat, signalGroup } from './process-group.ts'

const PID_FILE = 'pid'

/** Notes who runs in the instance's folder, for {@link reapLeftovers} of a later process. */
export function writePidFile(instanceFolder: string, pid: number): void {
  const startTicks = processStat(pid)?.startTicks ?? ''
  writeFileSync(join(instanceFolder, PID_FILE), `${pid} ${startTicks}\n`)
}

/**
 * Ends the instances that a killed process left in `folder`, and removes their folders. A process
 * is ours if its id and start time are those of the pid file, or, should the leader have ended, if
 * it is of the leader's group and carries the instance's folder in its environment. Where there is
 * no /proc nothing is ended: instances then end by themselves when their control channel closes.
 */
export function reapLeftovers(folder: string): { ended: number } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let ended = 0
  for (const name of readdirSync(folder)) {
    const instanceFolder = join(folder, name)
    const leader = readPidFile(instanceFolder)
    if (leader !== undefined && isOurs(leader, instanceFolder)) {
      signalGroup(leader.pid, 'SIGKILL')
      ended += 1
    }
    rmSync(instanceFolder, { recursive: true, force: true })
  }
  return { ended }
}

interface Leader {
  readonly pid: number
  readonly startTicks: string
}

function readPidFile(instanceFolder: string): Leader | undefined {
  const path = join(instanceFolder, PID_FILE)
  if (!existsSync(path)) return undefined
  const match = /^(\d+) (\d+)\n$/.exec(readFileSync(path, 'utf8'))
  // Written in part, or on a system without start times: nothing can be proven.
  return match === null ? undefined : { pid: Number(match[1]), startTicks: match[2]! }
}

function isOurs(leader: Leader, instanceFolder: string): boolean {
  const stat = processStat(leader.pid)
  if (stat !== undefined) return stat.startTicks === leader.startTicks
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.some(
    (pid) => processStat(pid)?.groupId === leader.pid && environment(pid).includes(instanceFolder),
  )
}

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    // Ended meanwhile, or another user's: not ours.
    return ''
  }
}
