import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cgroups } from '../sandbox/cgroups.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type ShimCommand, type StartedShim, spawnShim } from './spawn.ts'

/** A unix socket's path holds 107 bytes on Linux, 103 elsewhere. */
const SOCKET_PATH_BYTES_MAX = 100

/** Starts shims, each with a folder of its own below `folder`. */
export class Shims {
  readonly #folder: string
  readonly #sandbox: Sandbox
  readonly #cgroups: Cgroups | undefined
  #socketFolder: string | undefined

  constructor(folder: string, sandbox: Sandbox, cgroups: Cgroups | undefined) {
    this.#cgroups = cgroups
    this.#folder = folder
    this.#sandbox = sandbox
  }

  /**
   * @param artifactFolder of its function; absent for a spare
   * @throws Error when the process cannot even be started; nothing is left of it
   */
  start(command: ShimCommand, artifactFolder?: string): StartedShim {
    const place = this.#newPlace()
    try {
      return spawnShim(this.#sandbox, command, place, artifactFolder, this.#cgroups)
    } catch (error) {
      rmSync(place.folder, { recursive: true, force: true })
      throw error
    }
  }

  /** To be called when no shim is left. */
  close(): void {
    if (this.#socketFolder !== undefined)
      rmSync(this.#socketFolder, { recursive: true, force: true })
  }

  #newPlace(): Pick<StartedShim, 'id' | 'folder' | 'socketPath'> {
    for (;;) {
      // Short, because it is part of a socket's path.
      const id = randomBytes(4).toString('hex')
      const folder = join(this.#folder, id)
      // The folder is there as long as the id is in use.
      if (makeFolder(folder)) return { id, folder, socketPath: this.#socketPath(folder, id) }
    }
  }

  #socketPath(folder: string, id: string): string {
    const path = join(folder, 'i.sock')
    if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
    this.#socketFolder ??= mkdtempSync(join(tmpdir(), 'latchkey-'))
    return join(this.#socketFolder, id)
  }
}

/** False when it is there already. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
