import { constants, writeSync } from 'node:fs'
import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import type { LineSink } from './line-sink.ts'

export interface LineFileOptions {
  readonly path: string
  /** A file of this size is renamed to `<path>.1`, that one to `<path>.2`, and so on; 0 for never. */
  readonly bytesMax: number
  /** How many renamed ones are kept. */
  readonly filesMax: number
}

/** For its owner and their group, whose programs may collect it: it has the addresses of callers. */
const FILE_MODE = 0o640
/** How often it is looked whether the path still leads to the open file. */
const LOOK_MS = 1000

/**
 * A file to which whole lines are appended. Somebody else may rename or remove it at any time (as logrotate
 * does): within a second a new one is begun.
 */
export class LineFile implements LineSink {
  readonly #options: LineFileOptions
  #file: FileHandle
  #isRegular = false
  #size = 0
  #lookedAtMs = 0
  /** Of the lines that were taken, those that no write has begun with yet. */
  #waiting: Uint8Array | undefined

  private constructor(options: LineFileOptions, file: FileHandle) {
    this.#options = options
    this.#file = file
  }

  /** Rejects with the system's error. */
  static async open(options: LineFileOptions): Promise<LineFile> {
    const file = new LineFile(options, await openAppending(options.path))
    await file.#measure()
    return file
  }

  async write(lines: Uint8Array): Promise<void> {
    this.#waiting = lines
    await this.#mend()
    this.#waiting = undefined
    try {
      await this.#append(lines)
    } catch (error) {
      await this.#cutOff()
      throw error
    }
    this.#size += lines.length
  }

  writeNow(lines: Uint8Array): void {
    if (this.#waiting !== undefined) writeSync(this.#file.fd, this.#waiting)
    this.#waiting = undefined
    writeSync(this.#file.fd, lines)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #append(lines: Uint8Array): Promise<void> {
    for (let rest = lines; rest.length > 0; ) {
      rest = rest.subarray((await this.#file.write(rest)).bytesWritten)
    }
  }

  /** A full disk takes part of a line: the next one must not be glued to it. */
  async #cutOff(): Promise<void> {
    if (this.#isRegular) await this.#file.truncate(this.#size)
  }

  /** Sees to it that what is written next goes to where the path leads. */
  async #mend(): Promise<void> {
    const { bytesMax } = this.#options
    if (this.#isRegular && bytesMax > 0 && this.#size >= bytesMax) await this.#rotate()
    else if (Date.now() - this.#lookedAtMs < LOOK_MS || (await this.#isThere())) return
    const file = await openAppending(this.#options.path)
    await this.#file.close()
    this.#file = file
    await this.#measure()
  }

  async #rotate(): Promise<void> {
    const { path, filesMax } = this.#options
    for (let i = filesMax - 1; i >= 1; i--) await renameIfThere(`${path}.${i}`, `${path}.${i + 1}`)
    await renameIfThere(path, `${path}.1`)
  }

  async #isThere(): Promise<boolean> {
    this.#lookedAtMs = Date.now()
    const [open, there] = await Promise.all([
      this.#file.stat(),
      stat(this.#options.path).catch(() => undefined),
    ])
    return open.ino === there?.ino && open.dev === there.dev
  }

  async #measure(): Promise<void> {
    const stats = await this.#file.stat()
    this.#isRegular = stats.isFile()
    this.#size = stats.size
    this.#lookedAtMs = Date.now()
  }
}

async function openAppending(path: string): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOCTTY
  return await open(path, flags, FILE_MODE)
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
