import {
  isWanted,
  type LogFilter,
  type LogLine,
  type LogPage,
  type LogQuery,
} from '../feed/log-query.ts'
import { nextTurn } from '../lib/next-turn.ts'
import { type LogBook, positionOf } from './log-book.ts'
import { firstPosition, parseLine } from './log-format.ts'
import { linesFromEnd } from './log-segments.ts'

/** Looked at in one turn of the event loop: a millisecond's work. */
const CHARS_A_TURN = 256 * 1024
/** One answer: beyond it the older lines are left out. */
const ANSWER_CHARS_MAX = 32 * 1024 * 1024

/** The newest `limit` lines, newest last. */
export function newestLines(book: LogBook | undefined, limit: number): LogLine[] {
  const lines: LogLine[] = []
  for (const text of storedLines(book)) {
    if (lines.length >= limit) break
    const line = parseLine(text)
    if (line !== undefined) lines.push(line)
  }
  return lines.reverse()
}

/** From the newest line back until there are enough, or none can be wanted any more. */
export async function searchLines(book: LogBook | undefined, query: LogQuery): Promise<LogPage> {
  const position = book === undefined ? 0 : positionOf(book)
  const leastPosition = firstPosition(query.sinceMs ?? 0)
  const parts = partsOf(query)
  const lines: LogLine[] = []
  let chars = 0
  let charsThisTurn = 0
  for (const text of storedLines(book)) {
    charsThisTurn += text.length
    if (charsThisTurn > CHARS_A_TURN) {
      charsThisTurn = 0
      await nextTurn()
    }
    // Far cheaper than to parse it.
    if (!parts.every((part) => text.includes(part))) continue
    const line = parseLine(text)
    if (line === undefined) continue
    if (line.position < leastPosition) break
    if (!isWanted(query, line)) continue
    chars += line.message.length
    if (chars > ANSWER_CHARS_MAX || lines.push(line) >= query.limit) break
  }
  return { lines: lines.reverse(), position }
}

/** Newest first. What is written meanwhile is not among them. */
function* storedLines(book: LogBook | undefined): Generator<string> {
  if (book === undefined) return
  const segments = book.segments.toReversed()
  yield* book.waiting.toReversed()
  for (const segment of segments) yield* linesFromEnd(segment)
}

/** What the stored text of every wanted line has in it. */
function partsOf({ requestId, instanceId, stream }: LogFilter): string[] {
  return [requestId, instanceId, stream].flatMap((text) =>
    text === undefined ? [] : JSON.stringify(text),
  )
}
