import type { Route } from '../domain/routes.ts'
import { unixHttpJson } from '../lib/unix-http.ts'
import type { InstanceCounts, LogLine, TryOutcome } from './nodes.ts'

const ANSWER_TIMEOUT_MS = 5_000
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

  async logs(functionId: string, limit: number): Promise<LogLine[]> {
    const query = new URLSearchParams({ function: functionId, limit: String(limit) })
    return (await this.#ask('GET', `/v1/logs?${query}`)) as LogLine[]
  }

  async tryVersion(route: Route): Promise<TryOutcome> {
    return (await this.#ask('POST', '/v1/try', route, TRY_TIMEOUT_MS)) as TryOutcome
  }

  #ask(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = ANSWER_TIMEOUT_MS) {
    const base = { socketPath: this.#socketPath, method, path, timeoutMs }
    return unixHttpJson(body === undefined ? base : { ...base, body })
  }
}
