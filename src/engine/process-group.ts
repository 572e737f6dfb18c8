import { readFileSync } from 'node:fs'

/** Sends the signal to every process of the group; a group that has ended is no error. */
export function signalGroup(leaderPid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  signalProcess(-leaderPid, signal)
}

/** One that has ended is no error. */
export function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // EPERM: what is left of the group belongs to somebody else, so it is not ours to end.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

export interface ProcessStat {
  readonly groupId: number
  /** In clock ticks since the machine's start; with the id it names a process for good. */
  readonly startTicks: string
}

/** Undefined when there is no such process, or no /proc. */
export function processStat(pid: number | string): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // Ended meanwhile, or a system without /proc: both mean that nothing can be said.
    return undefined
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { groupId: Number(fields[2]), startTicks: fields[19] ?? '' }
}
