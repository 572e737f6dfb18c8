import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { StartCommand } from '../languages/language.ts'
import { writePidFile } from './leftovers.ts'
import { createMarker } from './marker.ts'
import { deathSignalCommand } from './process-group.ts'
import { HOME_NAME } from './strays.ts'

/** The program of a language, started: it has a folder of its own and waits to be told its function. */
export interface StartedShim {
  /** Also the name of the instance that it becomes. */
  readonly id: string
  /** Removed when the process has ended. */
  readonly folder: string
  /** On which it will listen. */
  readonly socketPath: string
  readonly child: ChildProcess
  readonly stdout: Readable
  readonly stderr: Readable
  /** Our end of its fd 3. */
  readonly control: Socket
  readonly markerPath: string
  /** Our descriptor of the marker file. */
  readonly marker: number
}

/**
 * Starts the process in a group of its own.
 *
 * ```
 * fd 0  nothing          fd 3  control channel (a socket pair)
 * fd 1  pipe, captured   fd 4  marker: the last begun request per gateway thread
 * fd 2  pipe, captured
 * ```
 */
export function spawnShim(
  start: StartCommand,
  place: Pick<StartedShim, 'id' | 'folder' | 'socketPath'>,
  workingFolder: string | undefined,
): StartedShim {
  const home = join(place.folder, HOME_NAME)
  mkdirSync(home, { mode: 0o700 })
  const markerPath = join(place.folder, 'begun')
  const marker = createMarker(markerPath)
  const [command, ...args] = [...deathSignalCommand(), start.command, ...start.args]
  const child = spawn(command!, args, {
    cwd: workingFolder ?? home,
    env: { ...baseEnvironment(home), ...start.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', marker],
    detached: true,
  })
  const { stdout, stderr, stdio } = child
  if (!stdout || !stderr) {
    closeSync(marker)
    child.on('error', () => {
      // Out of descriptors: the exception below says it, and an unheard event would end everything.
    })
    throw new Error('too many open files')
  }
  if (child.pid !== undefined) writePidFile(place.folder, child.pid)
  return { ...place, child, stdout, stderr, control: stdio[3] as Socket, markerPath, marker }
}

/**
 * Built from nothing: whatever Latchkey itself was started with, its token among it, is no business
 * of a function. NODE_EXTRA_CA_CERTS alone would cost 84 ms of CPU at every start.
 */
function baseEnvironment(home: string): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8', TZ } = process.env
  return {
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    HOME: home,
    TMPDIR: home,
    LANG,
    ...(TZ === undefined ? {} : { TZ }),
  }
}
