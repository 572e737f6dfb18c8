import { plainText } from './plain-text.ts'

/** A line as the API tells it: what is not known is empty. */
export interface LogLine {
  readonly Time: string
  /** To the millisecond. */
  readonly Timestamp?: string
  readonly Pod: string
  readonly Message: string
  readonly Stream?: string
  readonly RequestId?: string
  readonly VersionNumber?: string
}

/** A line, or what is to be said between two. */
export interface LogRow {
  /** Grows from row to row. */
  readonly id: number
  readonly kind: 'line' | 'note'
  readonly time: string
  readonly stream: string
  readonly instance: string
  readonly version: string
  readonly requestId: string
  readonly text: string
}

export interface RowFilter {
  /** Found anywhere in the text, whatever the case. */
  readonly search: string
  readonly version: string
}

/** Which lines are kept in memory. */
export const ROWS_MAX = 50_000
/** Dropped so many at a time, because each time costs. */
const DROPPED_AT_ONCE = 2_000

/**
 * The newest lines of a function as they come, up to a bound, and those of them that are looked for. Who
 * shows them is told of changes together, not of each line.
 */
export class LogLines {
  #rows: LogRow[] = []
  #shown: readonly LogRow[] = []
  #filter: RowFilter = { search: '', version: '' }
  #lastId = 0
  #dropped = 0
  #isTelling = false
  /** Of the last line that has come. */
  lastEventId: string | undefined
  readonly #listeners = new Set<() => void>()
  readonly #versions = new Set<string>()
  readonly #instances = new Set<string>()

  /** Those that the filter lets pass, oldest first; another array after each change. */
  readonly shown = (): readonly LogRow[] => this.#shown

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get count(): number {
    return this.#rows.length
  }

  /** How many of the oldest were dropped. */
  get dropped(): number {
    return this.#dropped
  }

  /** What the lines were written by, for choices. */
  get versions(): readonly string[] {
    return [...this.#versions].sort((a, b) => Number(b) - Number(a))
  }

  get instances(): readonly string[] {
    return [...this.#instances]
  }

  add(line: LogLine): void {
    const { Stream = '', RequestId = '', VersionNumber = '' } = line
    if (VersionNumber !== '') this.#versions.add(VersionNumber)
    if (line.Pod !== '') this.#instances.add(line.Pod)
    this.#push({
      kind: 'line',
      time: timeOf(line),
      stream: Stream,
      instance: line.Pod,
      version: VersionNumber,
      requestId: RequestId,
      text: plainText(line.Message),
    })
  }

  note(text: string, time: string): void {
    const nothing = { stream: '', instance: '', version: '', requestId: '' }
    this.#push({ kind: 'note', time, text, ...nothing })
  }

  setFilter(filter: RowFilter): void {
    if (filter.search === this.#filter.search && filter.version === this.#filter.version) return
    this.#filter = { ...filter, search: filter.search.toLowerCase() }
    this.#shown = this.#rows.filter((row) => this.#isWanted(row))
    this.#tellNow()
  }

  #push(row: Omit<LogRow, 'id'>): void {
    this.#lastId += 1
    this.#rows.push({ id: this.#lastId, ...row })
    if (this.#rows.length >= ROWS_MAX + DROPPED_AT_ONCE) {
      this.#dropped += DROPPED_AT_ONCE
      this.#rows = this.#rows.slice(DROPPED_AT_ONCE)
    }
    this.#tell()
  }

  /** Once for all that come in one turn, and no oftener than a screen is drawn. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    setTimeout(() => this.#tellNow(), TELL_EVERY_MS)
  }

  #tellNow(): void {
    this.#isTelling = false
    const knownId = this.#shown.at(-1)?.id ?? 0
    const firstId = this.#rows[0]?.id ?? 0
    const kept = firstKept(this.#shown, firstId)
    const fresh = this.#rows
      .slice(firstKept(this.#rows, knownId + 1))
      .filter((row) => this.#isWanted(row))
    this.#shown = [...this.#shown.slice(kept), ...fresh]
    for (const listener of this.#listeners) listener()
  }

  #isWanted({ kind, text, version }: LogRow): boolean {
    if (kind === 'note') return true
    const { search, version: wanted } = this.#filter
    if (wanted !== '' && version !== wanted) return false
    return search === '' || text.toLowerCase().includes(search)
  }
}

const TELL_EVERY_MS = 100

/** To the millisecond where that is told. */
function timeOf({ Time, Timestamp = '' }: LogLine): string {
  return Timestamp === '' ? Time : Timestamp
}

/** The place of the first row with this id or a later one. */
export function firstKept(rows: readonly LogRow[], id: number): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]!.id < id) low = middle + 1
    else high = middle
  }
  return low
}

/** For copies and files. */
export function textOf(rows: readonly LogRow[]): string {
  const lines = rows.map(({ kind, time, stream, instance, version, requestId, text }) => {
    if (kind === 'note') return `# ${time} ${text}`
    const of = [stream, instance, version && `v${version}`, requestId].filter((part) => part !== '')
    return `${time} [${of.join(' ')}] ${text}`
  })
  return lines.map((line) => `${line}\n`).join('')
}
