import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import type { LogLine } from '../feed/nodes.ts'

export interface LogStoreOptions {
  readonly folder: string
  /** A file that has grown past it becomes the older of two. */
  readonly fileBytesMax?: number
  /** Lines could not be written and are lost: a full disk must not end the functions. */
  onError(error: unknown): void
}

const FILE_BYTES_MAX = 5 * 2 ** 20
const FLUSH_EVERY_MS = 200
/** A batch this large is written at once, so that a flood of lines does not fill memory. */
const BATCH_CHARS_MAX = 256 * 1024
const BLOCK_BYTES = 64 * 1024

/** `[timeMs, instanceId, stream, requestId, message]`. */
type StoredLine = readonly [number, string, LogLine['stream'], string | null, string]

/**
 * The captured lines of functions: `<function id>.jsonl` and, when that had grown too large,
 * `<function id>.1.jsonl` before it. Writing is synchronous on purpose: a disk that is slow then
 * slows the reading of the pipes, and so the functions that write too much.
 */
export class LogStore {
  readonly #folder: string
  readonly #fileBytesMax: number
  readonly #onError: (error: unknown) => void
  readonly #batches = new Map<string, string>()
  /** Size of the newer file, known since this process wrote to it first. */
  readonly #sizes = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LogStoreOptions) {
    this.#folder = options.folder
    this.#fileBytesMax = options.fileBytesMax ?? FILE_BYTES_MAX
    this.#onError = options.onError
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  append(functionId: string, line: LogLine): void {
    const stored: StoredLine = [
      line.timeMs,
      line.instanceId,
      line.stream,
      line.requestId,
      line.message,
    ]
    const batch = `${this.#batches.get(functionId) ?? ''}${JSON.stringify(stored)}\n`
    this.#batches.set(functionId, batch)
    if (batch.length > BATCH_CHARS_MAX) this.#write(functionId)
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_EVERY_MS)
  }

  /** The newest `limit` lines, newest last, those not yet written included. */
  tail(functionId: string, limit: number): LogLine[] {
    this.#write(functionId)
    const lines: LogLine[] = []
    for (const path of [this.#newer(functionId), this.#older(functionId)]) {
      if (lines.length >= limit || !existsSync(path)) continue
      for (const text of linesFromEnd(path)) {
        const line = parseLine(text)
        if (line !== undefined && lines.push(line) >= limit) break
      }
    }
    return lines.reverse()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const functionId of [...this.#batches.keys()]) this.#write(functionId)
  }

  /** Forgets everything of a function. */
  remove(functionId: string): void {
    this.#batches.delete(functionId)
    this.#sizes.delete(functionId)
    rmSync(this.#newer(functionId), { force: true })
    rmSync(this.#older(functionId), { force: true })
  }

  #write(functionId: string): void {
    const batch = this.#batches.get(functionId)
    if (batch === undefined) return
    this.#batches.delete(functionId)
    try {
      this.#writeBatch(functionId, batch)
    } catch (error) {
      this.#sizes.delete(functionId)
      this.#onError(error)
    }
  }

  #writeBatch(functionId: string, batch: string): void {
    const path = this.#newer(functionId)
    const size = this.#sizes.get(functionId) ?? repairedSize(path)
    appendFileSync(path, batch, { mode: 0o600 })
    const written = size + Buffer.byteLength(batch)
    if (written < this.#fileBytesMax) {
      this.#sizes.set(functionId, written)
      return
    }
    renameSync(path, this.#older(functionId))
    this.#sizes.set(functionId, 0)
  }

  #newer(functionId: string): string {
    return join(this.#folder, `${functionId}.jsonl`)
  }

  #older(functionId: string): string {
    return join(this.#folder, `${functionId}.1.jsonl`)
  }
}

/** The size of the file, after ending the line that a killed process or a power cut left open. */
function repairedSize(path: string): number {
  if (!existsSync(path)) return 0
  const { size } = statSync(path)
  if (size === 0) return 0
  const fd = openSync(path, 'r')
  const last = Buffer.alloc(1)
  try {
    readSync(fd, last, 0, 1, size - 1)
  } finally {
    closeSync(fd)
  }
  if (last.toString() === '\n') return size
  appendFileSync(path, '\n')
  return size + 1
}

/** The lines of a file, last first, read block by block from the end. */
function* linesFromEnd(path: string): Generator<string> {
  const fd = openSync(path, 'r')
  try {
    let position = fstatSync(fd).size
    let rest = Buffer.alloc(0)
    while (position > 0) {
      const length = Math.min(BLOCK_BYTES, position)
      position -= length
      const block = Buffer.alloc(length)
      readSync(fd, block, 0, length, position)
      const bytes = Buffer.concat([block, rest])
      const first = position === 0 ? 0 : bytes.indexOf('\n') + 1
      // Without a line break the block is the middle of a line; it goes on to the left.
      if (first === 0 && position > 0) {
        rest = bytes
        continue
      }
      rest = bytes.subarray(0, first)
      const lines = bytes.toString('utf8', first).split('\n')
      for (const line of lines.reverse()) if (line !== '') yield line
    }
  } finally {
    closeSync(fd)
  }
}

/** Undefined for a line that was torn when its writer was killed. */
function parseLine(text: string): LogLine | undefined {
  try {
    const [timeMs, instanceId, stream, requestId, message] = JSON.parse(text) as StoredLine
    return { timeMs, instanceId, stream, requestId, message }
  } catch {
    // Torn, so it is no JSON. There is nothing to learn from it.
    return undefined
  }
}
