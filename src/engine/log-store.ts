import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync } from 'node:fs'
import type { LogFilter, LogLine, LogNews, LogPage, LogQuery } from '../feed/log-query.ts'
import { writeFully } from '../lib/atomic-file.ts'
import type { Clock } from '../lib/clock.ts'
import { type LogBook, newBook, positionOf } from './log-book.ts'
import { followLines } from './log-follow.ts'
import { firstPosition, formatLine, parseLine } from './log-format.ts'
import { newestLines, searchLines } from './log-search.ts'
import {
  listSegments,
  removeSegment,
  type Segment,
  segmentAt,
  segmentFacts,
} from './log-segments.ts'

export interface LogStoreOptions {
  readonly folder: string
  readonly clock: Clock
  /** Of one function: the oldest lines beyond it go. */
  readonly bytesMax?: number
  /** Older lines go. */
  readonly ageMaxMs?: number
  /** Lines cannot be written, and wait: a full disk must not end the functions. Told once until it works again. */
  onError(error: unknown): void
}

export type NewLogLine = Omit<LogLine, 'position'>

const BYTES_MAX = 10 * 2 ** 20
const AGE_MAX_MS = 30 * 86_400_000
/** Into so many files a function's lines are cut, so that the oldest can go. */
const SEGMENTS = 8
/** Lines are written at once, but not more often than this: what a kill may cost. */
const FLUSH_EVERY_MS = 100
const RETRY_MS = 1_000
/** A batch this large is written at once, so that a flood of lines does not fill memory. */
const BATCH_CHARS_MAX = 256 * 1024
/** Of one function, while the disk takes nothing. */
const WAITING_CHARS_MAX = 256 * 1024
const WAITING_LINES_MAX = 10_000

/**
 * The captured lines of functions, in files of their own. Writing is synchronous on purpose: a disk that
 * is slow then slows the reading of the pipes, and so the functions that write too much.
 */
export class LogStore {
  readonly #options: LogStoreOptions
  readonly #bytesMax: number
  readonly #ageMaxMs: number
  readonly #books = new Map<string, LogBook>()
  readonly #dirty = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #flushedAtMs = Number.NEGATIVE_INFINITY
  #isFailing = false

  constructor(options: LogStoreOptions) {
    this.#options = options
    this.#bytesMax = options.bytesMax ?? BYTES_MAX
    this.#ageMaxMs = options.ageMaxMs ?? AGE_MAX_MS
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    for (const [functionId, segments] of listSegments(options.folder)) {
      this.#books.set(functionId, newBook(segments))
    }
  }

  append(functionId: string, line: NewLogLine): void {
    const book = this.#book(functionId)
    const position = Math.max(positionOf(book) + 1, firstPosition(line.timeMs))
    book.position = position
    const text = formatLine({ ...line, position })
    book.waiting.push(text)
    book.waitingChars += text.length
    this.#dirty.add(functionId)
    if (this.#isFailing) this.#dropOldest(book)
    else if (book.waitingChars > this.#batchCharsMax) this.#write(functionId)
    else this.#flushSoon()
  }

  /** The newest `limit` lines, newest last, those not yet written included. */
  tail(functionId: string, limit: number): LogLine[] {
    return newestLines(this.#read(functionId), limit)
  }

  /** What is wanted of the lines, in turns between which other work is done. */
  async search(functionId: string, query: LogQuery): Promise<LogPage> {
    const sinceMs = Math.max(query.sinceMs ?? 0, this.#oldestMs())
    return await searchLines(this.#read(functionId), { ...query, sinceMs })
  }

  /**
   * The wanted lines after the position, and those that come, until the function is removed or the signal
   * is given. Who takes them slowly holds nothing in memory: they are read from the disk when asked for.
   */
  follow(
    functionId: string,
    after: number,
    filter: LogFilter,
    signal: AbortSignal,
  ): AsyncGenerator<LogNews> {
    this.#write(functionId)
    return followLines(this.#book(functionId), after, filter, signal)
  }

  flush(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
    this.#timer = undefined
    this.#immediate = undefined
    this.#flushedAtMs = performance.now()
    for (const functionId of [...this.#dirty]) this.#write(functionId)
  }

  /** Forgets everything of a function. */
  remove(functionId: string): void {
    const book = this.#books.get(functionId)
    if (book === undefined) return
    this.#books.delete(functionId)
    this.#dirty.delete(functionId)
    book.isRemoved = true
    for (const segment of book.segments) this.#removeSegment(segment)
    for (const wake of book.followers) wake()
  }

  /** Forgets the functions that are gone: some may have been removed while nobody was told here. */
  keepOnly(isKept: (functionId: string) => boolean): void {
    for (const functionId of [...this.#books.keys()]) {
      if (!isKept(functionId)) this.remove(functionId)
    }
  }

  /** Removes what is too old. To be called now and then: of some functions nothing is written any more. */
  forgetOld(): void {
    const oldestMs = this.#oldestMs()
    for (const book of this.#books.values()) {
      while (book.segments.length > 0) {
        const facts = segmentFacts(book.segments[0]!)
        if (facts !== undefined && facts.writtenMs >= oldestMs) break
        // What waits goes into a segment that is there.
        this.#removeSegment(book.segments.shift()!)
      }
    }
  }

  get #batchCharsMax(): number {
    return Math.min(BATCH_CHARS_MAX, this.#bytesMax / SEGMENTS / 2)
  }

  #oldestMs(): number {
    return this.#options.clock.now() - this.#ageMaxMs
  }

  #book(functionId: string): LogBook {
    const existing = this.#books.get(functionId)
    if (existing !== undefined) return existing
    const book = newBook([])
    this.#books.set(functionId, book)
    return book
  }

  /** As it is now, for readers; undefined when there is nothing. */
  #read(functionId: string): LogBook | undefined {
    this.#write(functionId)
    return this.#books.get(functionId)
  }

  #flushSoon(): void {
    if (this.#timer !== undefined || this.#immediate !== undefined) return
    const waitMs = this.#flushedAtMs + FLUSH_EVERY_MS - performance.now()
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.flush())
    else this.#timer = setTimeout(() => this.flush(), waitMs)
  }

  #write(functionId: string): void {
    const book = this.#books.get(functionId)
    if (book === undefined || !this.#dirty.has(functionId)) return
    try {
      this.#writeWaiting(functionId, book)
    } catch (error) {
      book.isWhole = false
      this.#failed(error, book)
      return
    }
    this.#dirty.delete(functionId)
    this.#isFailing = false
    for (const wake of book.followers) wake()
    if (book.lost > 0) this.#noteLost(functionId, book)
  }

  #failed(error: unknown, book: LogBook): void {
    if (!this.#isFailing) this.#options.onError(error)
    this.#isFailing = true
    this.#dropOldest(book)
    this.#timer ??= setTimeout(() => this.flush(), RETRY_MS).unref()
  }

  #dropOldest(book: LogBook): void {
    while (book.waitingChars > WAITING_CHARS_MAX || book.waiting.length > WAITING_LINES_MAX) {
      book.waitingChars -= book.waiting.shift()!.length
      book.lost += 1
    }
  }

  #noteLost(functionId: string, book: LogBook): void {
    const message = `${book.lost} lines were lost here: the disk could not take them`
    book.lost = 0
    const timeMs = this.#options.clock.now()
    const line = {
      timeMs,
      instanceId: '',
      stream: 'system',
      requestId: null,
      versionId: '',
    } as const
    this.append(functionId, { ...line, message })
  }

  #writeWaiting(functionId: string, book: LogBook): void {
    const batch = Buffer.from(book.waiting.join(''))
    const segment = this.#roomFor(functionId, book, batch.length)
    const fd = this.#open(segment)
    try {
      const bytes = book.isWhole ? fstatSync(fd).size : repair(fd)
      try {
        writeFully(fd, batch)
      } catch (error) {
        // What was written of it is written again.
        ftruncateSync(fd, bytes)
        throw error
      }
    } finally {
      closeSync(fd)
    }
    book.isWhole = true
    book.waiting = []
    book.waitingChars = 0
  }

  /** The segment to write to, once the oldest have made room. */
  #roomFor(functionId: string, book: LogBook, bytes: number): Segment {
    const newest = book.segments.at(-1)
    const size = newest === undefined ? 0 : (segmentFacts(newest)?.bytes ?? 0)
    if (
      newest !== undefined &&
      size + bytes <= this.#bytesMax / SEGMENTS &&
      !this.#isLong(newest)
    ) {
      return newest
    }
    // What it may grow to is kept free.
    let total = Math.max(bytes, this.#bytesMax / SEGMENTS)
    const kept: Segment[] = []
    for (const segment of book.segments.toReversed()) {
      total += segmentFacts(segment)?.bytes ?? 0
      if (total <= this.#bytesMax) kept.unshift(segment)
      else this.#removeSegment(segment)
    }
    const first = parseLine(book.waiting[0]!)?.position ?? positionOf(book)
    const segment = segmentAt(this.#options.folder, functionId, first)
    book.segments = [...kept, segment]
    book.isWhole = true
    return segment
  }

  /** A segment goes as a whole, so it must not span much of the age that is kept. */
  #isLong({ start }: Segment): boolean {
    return start < firstPosition(this.#options.clock.now() - this.#ageMaxMs / SEGMENTS)
  }

  #open({ path }: Segment): number {
    try {
      return openSync(path, 'a+', 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // Somebody has removed the folder.
      mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 })
      return openSync(path, 'a+', 0o600)
    }
  }

  #removeSegment(segment: Segment): void {
    try {
      removeSegment(segment)
    } catch (error) {
      this.#options.onError(error)
    }
  }
}

/** The size of the file, after ending the line that a killed process or a power cut left open. */
function repair(fd: number): number {
  const { size } = fstatSync(fd)
  if (size === 0) return 0
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  if (last.toString() === '\n') return size
  writeFully(fd, Buffer.from('\n'))
  return size + 1
}
