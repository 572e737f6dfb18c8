import type { AcceptOutcome, CallPage, CallQuery, CallView, NewCall } from '../domain/calls.ts'
import type { Route } from '../domain/routes.ts'
import type { TestCall, TestOutcome } from '../domain/test-call.ts'
import { JsonLines } from '../lib/json-lines.ts'
import { unixHttp, unixHttpJson } from '../lib/unix-http.ts'
import { FOLLOW_LOGS } from './log-followers.ts'
import {
  filterParams,
  type LogFilter,
  type LogNews,
  type LogPage,
  type LogQuery,
  TooManyFollowers,
} from './log-query.ts'
import { CALLS_PATH, callParams, newCallWire } from './node-calls.ts'
import { outcomeOfWire, TEST_PATH, TEST_TIMEOUT_MS, testWire } from './node-tests.ts'
import type { InstanceCounts, TryOutcome } from './nodes.ts'

const ANSWER_TIMEOUT_MS = 5_000
/** To look over all that is kept of a function. */
const LOGS_TIMEOUT_MS = 30_000
/** A node that follows logs says something every five seconds. */
const NEWS_TIMEOUT_MS = 15_000
const NEWS_BYTES_MAX = 64 * 1024 * 1024
/** Longer than any start of an instance may take by its setting. */
const TRY_TIMEOUT_MS = 660_000

/** Asks one data node, at its unix socket. */
export class NodeClient {
  readonly #socketPath: string

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  async status(): Promise<Record<string, InstanceCounts>> {
    return (await this.#ask('GET', '/v1/status')) as Record<string, InstanceCounts>
  }

  async logs(functionId: string, { limit, ...filter }: LogQuery): Promise<LogPage> {
    const query = filterParams(filter)
    query.set('function', functionId)
    query.set('limit', String(limit))
    return (await this.#ask('GET', `/v1/logs?${query}`, undefined, LOGS_TIMEOUT_MS)) as LogPage
  }

  /**
   * Ends when the node has said that the function is removed, and when the signal is given; throws when
   * the node is gone, silent or serves as many followers as it may.
   */
  async *followLogs(
    functionId: string,
    after: number,
    filter: LogFilter,
    signal: AbortSignal,
  ): AsyncGenerator<LogNews> {
    const query = filterParams(filter)
    query.set('function', functionId)
    query.set('after', String(after))
    const stream = await unixHttp({
      socketPath: this.#socketPath,
      method: 'GET',
      path: `${FOLLOW_LOGS}?${query}`,
      timeoutMs: ANSWER_TIMEOUT_MS,
    })
    const destroy = () => stream.destroy()
    signal.addEventListener('abort', destroy)
    if (signal.aborted) destroy()
    try {
      if (stream.statusCode === 429) throw new TooManyFollowers()
      if (stream.statusCode !== 200) throw new Error(`the node answered ${stream.statusCode}`)
      stream.setTimeout(NEWS_TIMEOUT_MS, () => stream.destroy(new Error('the node went silent')))
      const lines = new JsonLines(NEWS_BYTES_MAX)
      for await (const chunk of stream) {
        for (const news of lines.push(chunk as Buffer)) yield news as LogNews
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', destroy)
      stream.destroy()
    }
  }

  async tryVersion(route: Route): Promise<TryOutcome> {
    return (await this.#ask('POST', '/v1/try', route, TRY_TIMEOUT_MS)) as TryOutcome
  }

  /** Rejects when the signal is given. */
  async test(test: TestCall, signal: AbortSignal): Promise<TestOutcome> {
    const answer = await unixHttpJson({
      socketPath: this.#socketPath,
      method: 'POST',
      path: TEST_PATH,
      body: testWire(test),
      timeoutMs: TEST_TIMEOUT_MS,
      signal,
    })
    return outcomeOfWire(answer)
  }

  async calls(query: CallQuery): Promise<CallPage> {
    return (await this.#ask('GET', `${CALLS_PATH}?${callParams(query)}`)) as CallPage
  }

  async findCall(id: string): Promise<CallView | undefined> {
    const answer = await this.#ask('GET', `${CALLS_PATH}/one?id=${encodeURIComponent(id)}`)
    return (answer as { view: CallView | null }).view ?? undefined
  }

  retryCall(id: string): Promise<boolean> {
    return this.#do('retry', id)
  }

  removeCall(id: string): Promise<boolean> {
    return this.#do('remove', id)
  }

  async submitCall(call: NewCall): Promise<AcceptOutcome> {
    return (await this.#ask('POST', CALLS_PATH, newCallWire(call))) as AcceptOutcome
  }

  async #do(what: 'retry' | 'remove', id: string): Promise<boolean> {
    const answer = await this.#ask('POST', `${CALLS_PATH}/${what}?id=${encodeURIComponent(id)}`)
    return (answer as { done: boolean }).done
  }

  #ask(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = ANSWER_TIMEOUT_MS) {
    const base = { socketPath: this.#socketPath, method, path, timeoutMs }
    return unixHttpJson(body === undefined ? base : { ...base, body })
  }
}
