import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Sends the signal to every process of the group; a group that has ended is no error. */
export function signalGroup(leaderPid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-leaderPid, signal)
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

let prefix: readonly string[] | undefined

/**
 * The command to put in front of an instance's own, so that the kernel kills it when this process
 * ends in whatever way: an instance whose event loop hangs does not notice that its control channel
 * has closed. Costs 0.3 ms a start. Empty where there is no such command. The signal is bound to the
 * thread that starts the process, so only a thread that lives as long as the process may use it.
 */
export function deathSignalCommand(): readonly string[] {
  prefix ??= findDeathSignalCommand()
  return prefix
}

function findDeathSignalCommand(): readonly string[] {
  if (process.platform !== 'linux') return []
  const command = ['setpriv', '--pdeathsig', 'KILL', '--']
  const shown = spawnSync(command[0]!, [...command.slice(1), 'setpriv', '--dump'], {
    encoding: 'utf8',
    timeout: 2000,
  })
  return /parent death signal:.*(kill|9)\b/i.test(shown.stdout ?? '') ? command : []
}
