import type { Backlog } from '../lib/backlog.ts'
import { withTimeout } from '../lib/deferred.ts'
import type { LineSink } from './line-sink.ts'
import type { Logger } from './logger.ts'

export interface LineWriterOptions {
  readonly sink: LineSink
  /** Who hands over lines has added their bytes to it. It counts the lines that were dropped. */
  readonly backlog: Backlog
  readonly logger: Logger
  /** Of the log, for messages. */
  readonly name: string
}

/** How much goes to the sink at a time, in bytes, when batches have piled up. */
const WRITE_BYTES_MAX = 1024 * 1024
const COMPLAINT_EVERY_MS = 10_000
/** At the end a slow disk is not waited for longer. */
const CLOSE_MS = 2_000

interface Batch {
  readonly lines: Uint8Array
  readonly count: number
}

/**
 * Writes batches of lines one after the other, without making anybody wait. Lines that cannot be written
 * are dropped, counted, and complained about now and then.
 */
export class LineWriter {
  readonly #options: LineWriterOptions
  readonly #warnings: NodeJS.Timeout
  #queue: Batch[] = []
  #pump: Promise<void> | undefined
  #lastError: unknown
  #complainedOf = 0

  constructor(options: LineWriterOptions) {
    this.#options = options
    this.#warnings = setInterval(() => this.#complain(), COMPLAINT_EVERY_MS).unref()
    process.on('exit', this.#writeNow)
  }

  /** Whole lines, `count` of them, whose bytes are in the backlog. */
  write(lines: Uint8Array, count: number): void {
    this.#queue.push({ lines, count })
    this.#pump ??= this.#run()
  }

  /** Writes what there is, if the sink is not too slow for it. */
  async close(): Promise<void> {
    const outcome = await withTimeout(this.#pump ?? Promise.resolve(), CLOSE_MS, 'late')
    process.off('exit', this.#writeNow)
    clearInterval(this.#warnings)
    this.#complain()
    // Behind a write that does not end, the end of the process closes it.
    if (outcome !== 'late') await this.#options.sink.close()
  }

  async #run(): Promise<void> {
    const { sink, backlog } = this.#options
    while (this.#queue.length > 0) {
      const { lines, count } = this.#takeBatch()
      try {
        await sink.write(lines)
      } catch (error) {
        this.#lastError = error
        backlog.drop(count)
      }
      backlog.remove(lines.length)
    }
    this.#pump = undefined
  }

  #takeBatch(): Batch {
    let bytes = 0
    let count = 0
    const taken: Uint8Array[] = []
    for (const batch of this.#queue) {
      if (taken.length > 0 && bytes + batch.lines.length > WRITE_BYTES_MAX) break
      taken.push(batch.lines)
      bytes += batch.lines.length
      count += batch.count
    }
    this.#queue = this.#queue.slice(taken.length)
    return { lines: taken.length === 1 ? taken[0]! : Buffer.concat(taken), count }
  }

  /** The process ends without having been asked to. */
  readonly #writeNow = (): void => {
    // Also without a batch: the sink may have one that it could not begin with.
    if (this.#pump !== undefined) this.#queue.unshift({ lines: new Uint8Array(), count: 0 })
    for (const { lines, count } of this.#queue.splice(0)) {
      try {
        this.#options.sink.writeNow(lines)
      } catch (error) {
        this.#lastError = error
        this.#options.backlog.drop(count)
      }
    }
    this.#complain()
  }

  #complain(): void {
    const { dropped } = this.#options.backlog
    if (dropped === this.#complainedOf) return
    const { logger, name } = this.#options
    const lines = dropped - this.#complainedOf
    logger.warn({ err: this.#lastError, lines }, `lines of the ${name} were dropped`)
    this.#complainedOf = dropped
    this.#lastError = undefined
  }
}
