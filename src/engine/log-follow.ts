import { isWanted, type LogFilter, type LogNews } from '../feed/log-query.ts'
import type { LogBook } from './log-book.ts'
import { parseLine } from './log-format.ts'
import { linesFrom, type Segment } from './log-segments.ts'

const HEARTBEAT_MS = 5_000

/** Lines after the position and those that come, in batches of about a block of the disk. */
export async function* followLines(
  book: LogBook,
  after: number,
  filter: LogFilter,
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  const reader = new ForwardReader(book, after)
  const bell = new Bell()
  book.followers.add(bell.ring)
  signal.addEventListener('abort', bell.ring)
  try {
    while (!signal.aborted) {
      if (book.isRemoved) return yield { kind: 'removed' }
      const texts = reader.read()
      const lines = texts.flatMap((text) => {
        const line = parseLine(text)
        if (line === undefined || line.position <= after) return []
        after = line.position
        return isWanted(filter, line) ? line : []
      })
      if (lines.length > 0) yield { kind: 'lines', lines }
      else if (texts.length === 0 && !(await bell.rings(HEARTBEAT_MS))) yield { kind: 'heartbeat' }
    }
  } finally {
    book.followers.delete(bell.ring)
    signal.removeEventListener('abort', bell.ring)
  }
}

/** Reads the segments of a book one after the other, while they are written and the oldest go. */
class ForwardReader {
  readonly #book: LogBook
  #segment: Segment | undefined
  #offset = 0

  constructor(book: LogBook, after: number) {
    this.#book = book
    this.#segment = book.segments.findLast(({ start }) => start <= after)
  }

  /** The next lines as they are stored; none when all have been read. */
  read(): readonly string[] {
    for (;;) {
      const read = this.#segment && linesFrom(this.#segment, this.#offset)
      if (read !== undefined && read.lines.length > 0) {
        this.#offset = read.offset
        return read.lines
      }
      const next = this.#next()
      if (next === undefined) return []
      this.#segment = next
      this.#offset = 0
    }
  }

  #next(): Segment | undefined {
    const { segments } = this.#book
    const current = this.#segment
    return current === undefined ? segments[0] : segments.find(({ start }) => start > current.start)
  }
}

/** Rung by whoever, heard by one: a ring while nobody listens is heard by the next who does. */
class Bell {
  #isRung = false
  #wake: (() => void) | undefined

  readonly ring = (): void => {
    this.#isRung = true
    this.#wake?.()
  }

  /** False when it has not rung within the time. */
  async rings(withinMs: number): Promise<boolean> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    const wasRung = this.#isRung
    this.#isRung = false
    return wasRung
  }
}
