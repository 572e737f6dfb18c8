import { readdirSync, readFileSync } from 'node:fs'

/**
 * Ends every process that was started, by however many others, from an instance with one of these
 * folders, and returns the folders that had one. A process that has left its group, as daemons do,
 * is still known by the environment that it was started with. Nothing is ended where there is no /proc.
 */
export function endStrays(instanceFolders: ReadonlySet<string>): Set<string> {
  const found = new Set<string>()
  if (instanceFolders.size === 0) return found
  for (const pid of processIds()) {
    const folder = homesOf(pid).find((home) => instanceFolders.has(home))
    if (folder === undefined) continue
    found.add(folder)
    endQuietly(Number(pid))
  }
  return found
}

/** What an instance's HOME and TMPDIR are in its folder. */
export const HOME_NAME = 'tmp'

const HOMES = new RegExp(`(?<=^|\\0)(?:HOME|TMPDIR)=([^\\0]+)/${HOME_NAME}(?=\\0|$)`, 'g')

function homesOf(pid: string): string[] {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    return Array.from(environment.matchAll(HOMES), (match) => match[1]!)
  } catch {
    // Ended meanwhile, or another user's: not ours.
    return []
  }
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    // A system without /proc.
    return []
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Ended meanwhile, or not ours to end.
  }
}
