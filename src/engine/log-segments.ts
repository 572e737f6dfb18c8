import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/*
 *   <function id>.<position of its first line>.jsonl      one after the other, oldest first
 *   <function id>.1.jsonl, <function id>.jsonl            the two files of earlier versions
 */
const SEGMENT = /^(.+?)(?:\.(\d+))?\.jsonl$/
/** Below every position, and after `.1`. */
const UNNUMBERED = 2
const BLOCK_BYTES = 64 * 1024

/** One file with lines of one function. */
export interface Segment {
  readonly path: string
  /** No line in it has a lower position. */
  readonly start: number
}

/** By function, oldest first. */
export function listSegments(folder: string): Map<string, Segment[]> {
  const found = new Map<string, Segment[]>()
  for (const name of readdirSync(folder)) {
    const match = SEGMENT.exec(name)
    if (match === null) continue
    const segment = { path: join(folder, name), start: Number(match[2] ?? UNNUMBERED) }
    const segments = found.get(match[1]!)
    if (segments === undefined) found.set(match[1]!, [segment])
    else segments.push(segment)
  }
  for (const segments of found.values()) segments.sort((a, b) => a.start - b.start)
  return found
}

export function segmentAt(folder: string, functionId: string, start: number): Segment {
  return { path: join(folder, `${functionId}.${start}.jsonl`), start }
}

/** Size and the time of the last write; undefined when somebody has removed it. */
export function segmentFacts({ path }: Segment): { bytes: number; writtenMs: number } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && { bytes: stat.size, writtenMs: stat.mtimeMs }
}

export function removeSegment({ path }: Segment): void {
  rmSync(path, { force: true })
}

/** The lines as they are stored, last first, read block by block from the end; none when the file is gone. */
export function* linesFromEnd({ path }: Segment): Generator<string> {
  const fd = openIfThere(path)
  if (fd === undefined) return
  try {
    let position = fstatSync(fd).size
    /** The beginning of a line whose end is to the right, in the order of the file. */
    let rest: Buffer[] = []
    while (position > 0) {
      const length = Math.min(BLOCK_BYTES, position)
      position -= length
      const block = Buffer.alloc(length)
      readSync(fd, block, 0, length, position)
      const first = position === 0 ? 0 : block.indexOf(NEWLINE) + 1
      // Without a line break the block is the middle of a line; it goes on to the left.
      if (first === 0 && position > 0) {
        rest.unshift(block)
        continue
      }
      const lines = Buffer.concat([block.subarray(first), ...rest])
        .toString()
        .split('\n')
      rest = first === 0 ? [] : [block.subarray(0, first)]
      for (const line of lines.reverse()) if (line !== '') yield line
    }
  } finally {
    closeSync(fd)
  }
}

export interface ForwardRead {
  readonly lines: readonly string[]
  /** Behind the last whole line. */
  readonly offset: number
}

/** Some of the whole lines from the offset on; undefined when the file is gone. */
export function linesFrom({ path }: Segment, offset: number): ForwardRead | undefined {
  const fd = openIfThere(path)
  if (fd === undefined) return undefined
  try {
    for (let blockBytes = BLOCK_BYTES; ; blockBytes *= 2) {
      const block = Buffer.alloc(blockBytes)
      const read = readSync(fd, block, 0, blockBytes, offset)
      const end = block.subarray(0, read).lastIndexOf(NEWLINE) + 1
      // A line may be longer than a block.
      if (end === 0 && read === blockBytes) continue
      const lines = block.toString('utf8', 0, end).split('\n')
      lines.pop()
      return { lines, offset: offset + end }
    }
  } finally {
    closeSync(fd)
  }
}

const NEWLINE = 10

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
