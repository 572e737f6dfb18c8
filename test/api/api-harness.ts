import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { expect } from 'vitest'
import { type ApiOptions, createApi } from '../../src/api/app.ts'
import type { Readiness } from '../../src/api/routes/health.ts'
import { createBuilder } from '../../src/build/builder.ts'
import { createControl, type RunningControl } from '../../src/control/create.ts'
import type { ControlDeps } from '../../src/control/deps.ts'
import { ensureFoundation } from '../../src/control/first-start.ts'
import type { InstanceCounts, NodeStanding, Nodes, RevisionStanding } from '../../src/feed/nodes.ts'
import { invariant } from '../../src/lib/assert.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { HandMadeLogs } from '../helpers/hand-made-logs.ts'
import { NODE_ONLY } from '../helpers/languages.ts'
import { checkAnswer } from './contract-check.ts'

export const START_MS = Date.parse('2026-08-22T11:21:00Z')
export const BODY_BYTES_MAX = 2 * 1024 * 1024
export const KEYS = '/cloud/v1/faas/keys/1/1'
export const NAMESPACES = '/cloud/v1/faas/namespaces/1/1'
export const FUNCTIONS = `${NAMESPACES}/demo/functions`

export interface CallOptions {
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** Null sends no Authorization. */
  readonly authorization?: string | null
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly json: any
}

/** The API on the real use cases and a store of its own. Data nodes are played by hand. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly control: RunningControl
  readonly clock: ManualClock
  readonly nodes: HandMadeNodes
  readonly store: Store
  readonly logLines: readonly string[]
  readonly token: string
  /** Sends a request and holds its answer against the contract and the OpenAPI document. */
  call(method: string, url: string, options?: CallOptions): Promise<Answer>
  /** Creates the namespace `demo`. */
  createDemo(): Promise<void>
  createFunction(name: string, changes?: object): Promise<Answer>
  taskEnd(answer: Answer): Promise<Answer['json']>
  close(): Promise<void>
}

export class HandMadeNodes extends HandMadeLogs implements Nodes {
  laggards: string[] = []
  standings: NodeStanding[] = []
  counts = new Map<string, InstanceCounts>()
  /** While set, changes wait for it before they count as applied. */
  gate: Promise<void> = Promise.resolve()

  announce(): void {}
  standing(revision: number): RevisionStanding {
    const state = this.laggards.length === 0 ? 'applied' : 'lagging'
    return { revision, state, nodes: this.standings }
  }
  async applied(revision: number) {
    await this.gate
    return { revision, laggards: this.laggards }
  }
  async status() {
    return this.counts
  }
  async statusByNode() {
    return new Map([['a', Object.fromEntries(this.counts)]])
  }
  async tryVersion() {
    return { kind: 'ready' as const }
  }
}

export interface TestApiOptions {
  readonly readiness?: Readiness
  readonly trustedProxies?: readonly string[]
  readonly portalDir?: string | null
  readonly onAnswered?: NonNullable<ApiOptions['onAnswered']>
  readonly deps?: Partial<ControlDeps>
}

export async function startApi({ deps, ...options }: TestApiOptions = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'lk-api-'))
  const clock = new ManualClock(START_MS)
  const logLines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) })
  const nodes = new HandMadeNodes()
  const store = await openStore({ path: join(folder, 'latchkey.db'), clock })
  const builder = createBuilder({
    languages: NODE_ONLY,
    artifactsFolder: join(folder, 'artifacts'),
    timeoutMs: 60_000,
    logger,
  })
  const control = createControl({
    store,
    nodes,
    builder,
    artifacts: builder,
    runtimes: () => NODE_ONLY.runtimes(),
    runtimeDetails: () => NODE_ONLY.details(),
    resolveRuntime: (name) => NODE_ONLY.resolve(name),
    secrets: new KeyRing(Buffer.alloc(32, 7)),
    clock,
    publicUrl: 'http://127.0.0.1:8081',
    propagationTimeoutMs: 60_000,
    logger,
    ...deps,
  })
  const { token } = await ensureFoundation(store, { hasAdminToken: false })
  invariant(token !== undefined, 'the first start makes a token')
  await control.start()
  const app = createApi({
    control,
    logger,
    clock,
    version: '0.0.0-test',
    bodyBytesMax: BODY_BYTES_MAX,
    ...options,
  })
  const call = caller(app, token)
  return {
    app,
    control,
    clock,
    nodes,
    store,
    logLines,
    token,
    call,
    async createDemo() {
      await call('POST', NAMESPACES, { body: { name: 'demo' } })
    },
    createFunction: (name, changes = {}) =>
      call('POST', FUNCTIONS, { body: { ...helloFunction(name), ...changes } }),
    async taskEnd(answer) {
      await control.taskEnded(answer.json.tasks[0])
      return (await call('GET', `/cloud/v1/tasks/${answer.json.tasks[0]}`)).json
    },
    async close() {
      await app.close()
      await control.stop()
      await builder.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What creating a function asks for at least. */
export function helloFunction(name: string) {
  return {
    name,
    runtime: Object.values(NODE_ONLY.runtimes()).flat()[0],
    code_text: "module.exports.handler = () => 'hello'",
    main_method: 'handler',
    flavor: '80mCPU-128MB',
    timeout: 5,
    autoscaling: { min_instances: 0, max_instances: 2 },
  }
}

function caller(app: FastifyInstance, token: string): TestApi['call'] {
  return async (
    method,
    url,
    { body, raw, headers = {}, authorization = `apikey ${token}` } = {},
  ) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
    const contentType = String(response.headers['content-type'] ?? '')
    const { statusCode: status, body: text } = response
    expect(response.headers['x-request-id']).toMatch(/^req_[0-9a-z]+$/)
    checkAnswer({ method, url, status, contentType, body: text })
    const json = /\bjson\b/.test(contentType) && text !== '' ? JSON.parse(text) : undefined
    return { status, headers: response.headers, text, json }
  }
}
