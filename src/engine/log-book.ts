import { parseLine } from './log-format.ts'
import { linesFromEnd, type Segment } from './log-segments.ts'

/** What there is of one function. */
export interface LogBook {
  /** Oldest first. */
  segments: Segment[]
  /** Formatted, oldest first; not on the disk yet. */
  waiting: string[]
  waitingChars: number
  /** Of the newest line; undefined until it is looked up. */
  position: number | undefined
  /** Lines that there was no room for, since the last that was written. */
  lost: number
  /** The newest segment ends in a whole line, as far as this process knows. */
  isWhole: boolean
  isRemoved: boolean
  /** Woken when something was written, or all was removed. */
  readonly followers: Set<() => void>
}

export function newBook(segments: Segment[]): LogBook {
  return {
    segments,
    waiting: [],
    waitingChars: 0,
    position: undefined,
    lost: 0,
    isWhole: false,
    isRemoved: false,
    followers: new Set(),
  }
}

/** Of the newest line; 0 when there is none. */
export function positionOf(book: LogBook): number {
  if (book.position === undefined) {
    const newest = book.segments.toReversed().flatMap((segment) => newestPosition(segment) ?? [])
    book.position = newest[0] ?? 0
  }
  return book.position
}

function newestPosition(segment: Segment): number | undefined {
  for (const text of linesFromEnd(segment)) {
    const line = parseLine(text)
    if (line !== undefined) return line.position
  }
  return undefined
}
