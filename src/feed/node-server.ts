import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Route } from '../domain/routes.ts'
import { createServer } from '../lib/http.ts'
import type { Logger } from '../observability/logger.ts'
import { FOLLOW_LOGS, LogFollowers } from './log-followers.ts'
import {
  type LogFilter,
  type LogNews,
  type LogPage,
  type LogQuery,
  parseFilter,
} from './log-query.ts'
import { answerCalls, CALLS_PATH, type NodeCallAnswers } from './node-calls.ts'
import { type NodeTests, serveTest, TEST_PATH } from './node-tests.ts'
import type { InstanceCounts, TryOutcome } from './nodes.ts'

/** What control may ask of a data node. */
export interface NodeAnswers {
  status(): Record<string, InstanceCounts>
  logs(functionId: string, query: LogQuery): Promise<LogPage>
  followLogs(
    functionId: string,
    after: number,
    filter: LogFilter,
    signal: AbortSignal,
  ): AsyncIterable<LogNews>
  tryVersion(route: Route): Promise<TryOutcome>
  /** Undefined on a node that keeps none. */
  readonly calls?: NodeCallAnswers
  /** Undefined on a node without a gateway. */
  readonly tests?: NodeTests
}

/** Serves {@link NodeAnswers} on a unix socket that only this user can open. */
export async function startNodeServer(
  socketPath: string,
  answers: NodeAnswers,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  const followers = new LogFollowers(answers)
  const server = createServer((request, response) => {
    if (request.url?.startsWith(FOLLOW_LOGS)) {
      followers.serve(request, response).catch((error) => {
        logger.error({ err: error, path: request.url }, 'following logs failed')
        response.destroy()
      })
      return
    }
    if (request.url === TEST_PATH && answers.tests !== undefined) {
      serveTest(request, response, answers.tests).catch((error) => {
        logger.error({ err: error, path: request.url }, 'a test call failed')
        response.destroy()
      })
      return
    }
    answer(request, answers)
      .then((body) => respond(response, body === undefined ? 404 : 200, body))
      .catch((error) => {
        logger.error({ err: error, path: request.url }, 'node request failed')
        respond(response, 500, undefined)
      })
  })
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 })
  rmSync(socketPath, { force: true })
  server.listen(socketPath)
  await once(server, 'listening')
  return {
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(request: IncomingMessage, answers: NodeAnswers): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://node')
  if (url.pathname.startsWith(CALLS_PATH)) {
    return answers.calls && (await answerCalls(request, url, answers.calls))
  }
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /v1/status':
      return answers.status()
    case 'GET /v1/logs': {
      const { function: id = '', limit = '0' } = Object.fromEntries(url.searchParams)
      return answers.logs(id, { ...parseFilter(url.searchParams), limit: Number(limit) })
    }
    case 'POST /v1/try':
      return answers.tryVersion((await json(request)) as Route)
    default:
      return undefined
  }
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
