import { once } from 'node:events'
import type { FollowedLogs, LogCursor, LogLine, LogQuery } from '../../src/feed/log-query.ts'
import { isWanted } from '../../src/feed/log-query.ts'

const NODE = 'node'

/** The log of one function on one data node: what tests put there. */
export class HandMadeLogs {
  lines: LogLine[] = []
  readonly #changed = new Set<() => void>()
  #isRemoved = false

  push(line: Partial<LogLine>): void {
    this.lines.push(logLine({ position: this.lines.length + 1, ...line }))
    for (const wake of this.#changed) wake()
  }

  /** Resolves when so many have been told all that is there. */
  async followedBy(count: number): Promise<void> {
    while (this.#changed.size < count) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  remove(): void {
    this.#isRemoved = true
    for (const wake of this.#changed) wake()
  }

  async logs(_functionId: string, { limit, ...filter }: LogQuery): Promise<LogLine[]> {
    return this.lines.filter((line) => isWanted(filter, line)).slice(-limit)
  }

  async *followLogs(
    id: string,
    query: LogQuery,
    cursor: LogCursor | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FollowedLogs> {
    const first = cursor === undefined ? await this.logs(id, query) : undefined
    let told = cursor?.[NODE] ?? (first?.[0]?.position ?? this.lines.length + 1) - 1
    while (!signal.aborted) {
      const news = this.lines.filter((line) => line.position > told && isWanted(query, line))
      for (const line of news) {
        told = line.position
        yield { kind: 'line', line, cursor: { [NODE]: told } }
      }
      if (news.length > 0) continue
      if (this.#isRemoved) return yield { kind: 'removed' }
      const changed = Promise.withResolvers<void>()
      this.#changed.add(changed.resolve)
      await Promise.race([changed.promise, once(signal, 'abort')])
      this.#changed.delete(changed.resolve)
    }
  }
}

export function logLine(line: Partial<LogLine> = {}): LogLine {
  return {
    timeMs: 1,
    instanceId: 'i',
    stream: 'stdout',
    requestId: null,
    versionId: '',
    position: 1,
    message: 'x',
    ...line,
  }
}
