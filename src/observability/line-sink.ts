import { constants, fstatSync, openSync, write, writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Where whole lines go. One call at a time. */
export interface LineSink {
  /** Rejects when not all could be written; then no part of a line is left behind if that can be helped. */
  write(lines: Uint8Array): Promise<void>
  /** For the end of the process, when there is no time to wait: as far as possible. */
  writeNow(lines: Uint8Array): void
  close(): Promise<void>
}

const writeAt = promisify(write)
const NEWLINE = 10
/** What a pipe takes whole or not at all (PIPE_BUF), so that others can write to it too. */
const PIPE_BYTES = 4096
const PIPE_RETRY_MS = 10
const STDOUT = 1

/** Standard output, as this process has inherited it. */
export function standardOutput(): LineSink {
  const pipe = ownPipe()
  return pipe === undefined ? new StreamSink(STDOUT) : new PipeSink(pipe)
}

/**
 * A descriptor of our own for the pipe or terminal behind standard output, which never blocks: to switch
 * that on where it was inherited would change it for the other processes that have it too. Undefined
 * when it is something else, or cannot be opened again.
 */
function ownPipe(): number | undefined {
  const stats = fstatSync(STDOUT)
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return undefined
  try {
    return openSync(
      '/proc/self/fd/1',
      constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY,
    )
  } catch {
    // Another system, or a terminal that belongs to another user: the inherited one does as well.
    return undefined
  }
}

/** Whatever takes bytes in order: a file that the shell has opened, a socket of the journal. */
class StreamSink implements LineSink {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  async write(lines: Uint8Array): Promise<void> {
    for (let rest = lines; rest.length > 0; ) {
      const written = await retried(async () => (await writeAt(this.#fd, rest)).bytesWritten)
      rest = rest.subarray(written)
    }
  }

  writeNow(lines: Uint8Array): void {
    writeSync(this.#fd, lines)
  }

  async close(): Promise<void> {}
}

/** A pipe that never blocks, to which others write too. */
class PipeSink implements LineSink {
  readonly #fd: number
  /** What the reader has made no room for yet. */
  #waiting: Uint8Array = new Uint8Array()

  constructor(fd: number) {
    this.#fd = fd
  }

  async write(lines: Uint8Array): Promise<void> {
    this.#waiting = lines
    while (this.#waiting.length > 0) await retried(async () => this.#writePart())
  }

  writeNow(lines: Uint8Array): void {
    while (this.#waiting.length > 0) this.#writePart()
    this.#waiting = lines
    while (this.#waiting.length > 0) this.#writePart()
  }

  #writePart(): number {
    const rest = this.#waiting
    const written = writeSync(this.#fd, rest.subarray(0, endOfLines(rest)))
    this.#waiting = rest.subarray(written)
    return written
  }

  async close(): Promise<void> {}
}

/** Where the last line ends that a pipe takes whole; a line that is too long goes in parts. */
function endOfLines(lines: Uint8Array): number {
  if (lines.length <= PIPE_BYTES) return lines.length
  const end = lines.lastIndexOf(NEWLINE, PIPE_BYTES - 1)
  return end === -1 ? PIPE_BYTES : end + 1
}

/** Waits until the reader has made room. */
async function retried(attempt: () => Promise<number>): Promise<number> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
    await wait(PIPE_RETRY_MS, undefined, { ref: false })
  }
}
