import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning } from '../helpers/server.ts'

const LOOK_MS = 100
const PATIENCE_MS = 60_000
/** Who starts something while a run is broken off makes the folder anew. */
const LOOKS_AFTER_BREAK = 30

/**
 * Ends the servers that have their data in the folder, and removes it. Browsers end with who started them.
 * @param looks - how often nothing may be found to run any more
 */
export async function sweep(folder: string, looks = 1): Promise<void> {
  const giveUpAtMs = Date.now() + PATIENCE_MS
  const told = new Set<number>()
  for (let quiet = 0; quiet < looks && Date.now() < giveUpAtMs; quiet++) {
    const servers = runningServers(folder)
    for (const pid of servers) {
      if (!told.has(pid)) unlessGone(() => process.kill(pid, 'SIGTERM'))
      told.add(pid)
    }
    if (servers.length > 0) quiet = -1
    else rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: LOOK_MS })
    if (quiet + 1 < looks) await sleep(LOOK_MS)
  }
}

function runningServers(folder: string): number[] {
  return globSync('*/locks/serve.pid', { cwd: folder })
    .map((path) => Number(unlessGone(() => readFileSync(join(folder, path), 'utf8')) ?? 0))
    .filter((pid) => pid > 0 && isRunning(pid))
}

/** Servers end by themselves too, and take their files with them. */
function unlessGone<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

// For a run that was broken off, whose own processes end meanwhile.
if (import.meta.main) await sweep(process.argv[2]!, LOOKS_AFTER_BREAK)
