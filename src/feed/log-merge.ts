import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../observability/logger.ts'
import {
  type FollowedLogs,
  type LogCursor,
  type LogLine,
  type LogNews,
  type LogPage,
  type LogQuery,
  TooManyFollowers,
} from './log-query.ts'
import type { NodeClient } from './node-client.ts'

export interface LogNode {
  readonly name: string
  readonly client: Pick<NodeClient, 'logs' | 'followLogs'>
}

export interface LogSources {
  /** Those that are connected now. */
  nodes(): readonly LogNode[]
  readonly logger: Pick<Logger, 'warn'>
}

/** How often it is looked for nodes that came, or came back. */
const LOOK_EVERY_MS = 500
const HEARTBEAT_MS = 5_000

interface NamedPage extends LogPage {
  readonly name: string
}

interface NamedLine {
  readonly name: string
  readonly line: LogLine
}

/** The newest wanted lines over all nodes by time, newest last. */
export function mergePages(pages: readonly NamedPage[], limit: number): NamedLine[] {
  const lines = pages.flatMap(({ name, lines }) => lines.map((line) => ({ name, line })))
  if (pages.length > 1) lines.sort((a, b) => a.line.timeMs - b.line.timeMs)
  return lines.slice(-limit)
}

/** The newest wanted lines and those that come, or all after the cursor: see `Nodes`. */
export async function* followMerged(
  sources: LogSources,
  functionId: string,
  query: LogQuery,
  from: LogCursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<FollowedLogs> {
  const cursor: Record<string, number> = { ...from }
  if (from === undefined) {
    const pages = await pagesOf(sources, functionId, query)
    const merged = mergePages(pages, query.limit)
    for (const { name, position } of pages) {
      const oldest = merged.find((one) => one.name === name)?.line.position
      cursor[name] = oldest === undefined ? position : oldest - 1
    }
    for (const { name, line } of merged) {
      cursor[name] = line.position
      yield { kind: 'line', line, cursor: { ...cursor } }
    }
    for (const { name, position } of pages) cursor[name] = position
  }
  yield* new Follow(sources, functionId, query, cursor, signal).run()
}

async function pagesOf(
  { nodes, logger }: LogSources,
  functionId: string,
  query: LogQuery,
): Promise<NamedPage[]> {
  const asked = nodes().map(async ({ name, client }) => {
    try {
      return [{ name, ...(await client.logs(functionId, query)) }]
    } catch (err) {
      logger.warn({ err, node: name }, 'node did not answer')
      return []
    }
  })
  return (await Promise.all(asked)).flat()
}

/** One stream from each node, each line handed on before the next of that node is asked for. */
class Follow {
  readonly #sources: LogSources
  readonly #functionId: string
  readonly #query: LogQuery
  readonly #cursor: Record<string, number>
  readonly #ended: AbortController = new AbortController()
  readonly #signal: AbortSignal
  /** What each followed node says next. */
  readonly #next = new Map<string, Promise<Said>>()
  readonly #streams = new Map<string, AsyncGenerator<LogNews>>()
  /** Of nodes whose streams have ended: when to ask them again. */
  readonly #retryAtMs = new Map<string, number>()
  readonly #startedAtMs = Date.now()

  constructor(
    sources: LogSources,
    functionId: string,
    query: LogQuery,
    cursor: Record<string, number>,
    signal: AbortSignal,
  ) {
    this.#sources = sources
    this.#functionId = functionId
    this.#query = query
    this.#cursor = cursor
    this.#signal = AbortSignal.any([signal, this.#ended.signal])
  }

  async *run(): AsyncGenerator<FollowedLogs> {
    let saidAtMs = performance.now()
    try {
      while (!this.#signal.aborted) {
        for (const node of this.#sources.nodes()) this.#begin(node)
        const said = await this.#said()
        if (said === undefined) {
          if (performance.now() - saidAtMs < HEARTBEAT_MS) continue
          saidAtMs = performance.now()
          yield { kind: 'heartbeat' }
          continue
        }
        if (said.news?.kind === 'removed') return yield { kind: 'removed' }
        if (said.news?.kind === 'lines') {
          for (const line of said.news.lines) {
            this.#cursor[said.name] = line.position
            yield { kind: 'line', line, cursor: { ...this.#cursor } }
          }
          saidAtMs = performance.now()
        }
        this.#goOn(said)
      }
    } finally {
      this.#ended.abort()
      // They end by the signal; what they still say is of no use.
      await Promise.allSettled(this.#next.values())
    }
  }

  #begin({ name, client }: LogNode): void {
    if (this.#next.has(name) || (this.#retryAtMs.get(name) ?? 0) > performance.now()) return
    this.#cursor[name] ??= this.#firstPosition()
    const { limit: _, ...filter } = this.#query
    const stream = client.followLogs(this.#functionId, this.#cursor[name], filter, this.#signal)
    this.#streams.set(name, stream)
    this.#next.set(name, this.#ask(name, stream))
  }

  async #ask(name: string, stream: AsyncGenerator<LogNews>): Promise<Said> {
    try {
      const { value } = await stream.next()
      return { name, news: value ?? undefined }
    } catch (error) {
      // It restarts, perhaps: it is asked again once it is connected again.
      return { name, news: undefined, error: error as Error }
    }
  }

  /** What some node says; undefined when it is time to look for new ones. */
  async #said(): Promise<Said | undefined> {
    const timer = new AbortController()
    const look = sleep(LOOK_EVERY_MS, undefined, { signal: timer.signal }).catch(() => undefined)
    try {
      return await Promise.race([look, ...this.#next.values()])
    } finally {
      timer.abort()
    }
  }

  #goOn({ name, news, error }: Said): void {
    if (error instanceof TooManyFollowers) throw error
    const stream = this.#streams.get(name)
    if (news !== undefined && stream !== undefined) {
      this.#next.set(name, this.#ask(name, stream))
      return
    }
    this.#streams.delete(name)
    this.#next.delete(name)
    this.#retryAtMs.set(name, performance.now() + LOOK_EVERY_MS)
  }

  /** Positions follow the time: a node that came later is heard from the time at which the others are. */
  #firstPosition(): number {
    const known = Object.values(this.#cursor).filter((position) => position > 0)
    return known.length > 0 ? Math.min(...known) : this.#startedAtMs * 1000
  }
}

interface Said {
  readonly name: string
  /** Undefined when the stream has ended. */
  readonly news: LogNews | undefined
  readonly error?: Error
}
