import { once } from 'node:events'
import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import type { FirstUse } from '../../src/domain/key-rotation.ts'
import { keySecretDigest, mintKeySecret } from '../../src/domain/key-secret.ts'
import type { KeyEntry, Route } from '../../src/domain/routes.ts'
import type { UsageBatch } from '../../src/domain/usage.ts'
import type { FromGateway, ToGateway } from '../../src/engine/messages.ts'
import { SlotTable } from '../../src/engine/slots.ts'
import type { AccessLogTarget } from '../../src/gateway/access-log.ts'
import type { AsyncCallsTarget } from '../../src/gateway/async-calls.ts'
import type { TlsMaterial } from '../../src/gateway/certificate-watch.ts'
import { DEFAULT_GATEWAY_LIMITS, type GatewayLimits } from '../../src/gateway/limits.ts'
import type { ThreadCounts } from '../../src/gateway/thread-metrics.ts'
import { type GatewayThreads, startGatewayThreads } from '../../src/gateway/threads.ts'
import type { TracingTarget } from '../../src/gateway/tracing.ts'
import { Trust } from '../../src/gateway/trust.ts'
import { KeyTableWriter } from '../../src/key-table/writer.ts'
import { newId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import {
  closeGatewaySocket,
  GATEWAY_SOCKET,
  openGatewaySocket,
} from '../../src/server/gateway-socket.ts'
import { ShimProcess } from '../helpers/shim.ts'

export interface GatewayTestOptions {
  readonly count?: number
  readonly domain?: string
  readonly trustedProxies?: readonly string[]
  readonly limits?: Partial<GatewayLimits>
  readonly tls?: TlsMaterial
  /** Whether its threads can be replaced; one such gateway at a time in a process. */
  readonly isReplaceable?: boolean
  readonly drainMs?: number
  readonly accessLog?: AccessLogTarget
  readonly tracing?: TracingTarget
  readonly asyncCalls?: AsyncCallsTarget
  readonly onCounts?: (counts: ThreadCounts) => void
  readonly onFirstUse?: (use: FirstUse) => void
}

export interface RunningInstance {
  readonly id: string
  readonly slot: number
  readonly shim: ShimProcess
}

/** Real gateway threads, with the test in the engine's place: it starts real instances when it wants to. */
export class GatewayUnderTest {
  readonly slots: SlotTable
  /** What the threads have sent, oldest first. */
  readonly messages: FromGateway[] = []
  /** What the threads have counted for the accounting. */
  readonly usage: UsageBatch[] = []
  /** Until when threads may serve by what they know. */
  readonly trust = Trust.create()
  /** By thread index, of those that run. */
  readonly ports = new Map<number, MessagePort>()
  readonly #instances: RunningInstance[] = []
  /** What a new thread has to hear. */
  readonly #announced = new Map<string, ToGateway>()
  readonly #keys: KeyTableWriter
  readonly #routes = new Map<string, Route>()
  #revision = 1
  #nextSlot = 0
  #onMessage: () => void = () => {}
  #threads: GatewayThreads | undefined

  private constructor(slots: SlotTable, keys: KeyTableWriter) {
    this.slots = slots
    this.#keys = keys
  }

  static async start(options: GatewayTestOptions = {}): Promise<GatewayUnderTest> {
    const slots = SlotTable.create(64)
    const keys = new KeyTableWriter()
    const gateway = new GatewayUnderTest(slots, keys)
    const count = options.count ?? 1
    // Its number is there once in a process, so one gateway at a time can have it.
    const isShared = count > 1 || options.isReplaceable === true
    if (isShared) await openGatewaySocket('127.0.0.1', 0)
    gateway.#threads = await startGatewayThreads({
      count,
      listenOn: isShared ? { fd: GATEWAY_SOCKET } : { host: '127.0.0.1', port: 0 },
      ...(isShared && { onLeft: closeGatewaySocket }),
      domain: options.domain ?? '',
      trustedProxies: options.trustedProxies ?? [],
      tls: options.tls && (() => options.tls!),
      slots,
      trust: gateway.trust,
      limits: { ...DEFAULT_GATEWAY_LIMITS, ...options.limits },
      logger: silentLogger(),
      state: () => ({ revision: gateway.#revision, routes: [...gateway.#routes.values()], keys }),
      attach: (index, port) => gateway.#attach(index, port),
      drainMs: options.drainMs ?? 60_000,
      graceMs: 0,
      accessLog: options.accessLog,
      tracing: options.tracing,
      asyncCalls: options.asyncCalls,
      ...(options.onCounts && { onCounts: options.onCounts }),
      ...(options.onFirstUse && { onFirstUse: options.onFirstUse }),
      onUsage: (batch) => void gateway.usage.push(batch),
    })
    return gateway
  }

  get threads(): GatewayThreads {
    return this.#threads!
  }

  get port(): number {
    return this.threads.port
  }

  async addRoute(overrides: Partial<Route> = {}): Promise<Route> {
    const route = routeOf(overrides)
    await this.change({ routes: [route] })
    return route
  }

  /** A key that opens the functions; its secret is returned. */
  async addKey(functionIds: readonly string[], overrides: Partial<KeyEntry> = {}) {
    const secret = mintKeySecret()
    const key = keyOf(secret, functionIds, overrides)
    await this.change({ keys: [key] })
    return { secret, key }
  }

  async change(change: {
    routes?: readonly Route[]
    keys?: readonly KeyEntry[]
    removedFunctionIds?: readonly string[]
    removedKeyIds?: readonly string[]
  }): Promise<void> {
    this.#revision += 1
    this.#keys.apply({ keys: [], removedKeyIds: [], ...change })
    for (const route of change.routes ?? []) this.#routes.set(route.functionId, route)
    for (const id of change.removedFunctionIds ?? []) this.#routes.delete(id)
    await this.threads.apply({
      revision: this.#revision,
      routes: [],
      keys: [],
      removedFunctionIds: [],
      removedKeyIds: [],
      ...change,
    })
  }

  /** Starts an instance of the route's version and tells every thread of it. */
  async startInstance(
    route: Route,
    files: Readonly<Record<string, string>>,
    slotLimit = 10,
  ): Promise<RunningInstance> {
    const entry = Object.keys(files)[0]!
    const method = entry.endsWith('.mjs') ? 'fetch' : 'handler'
    const shim = await ShimProcess.start({ files, entry, method })
    const instance = { id: newId().slice(0, 8), slot: this.#nextSlot++, shim }
    this.#instances.push(instance)
    this.slots.open(instance.slot)
    this.announce(route, instance, slotLimit)
    void shim.exited().then(() => this.#ended(instance))
    return instance
  }

  announce(route: Route, instance: RunningInstance, slotLimit: number): void {
    const { socketPath } = instance.shim
    const message: ToGateway = {
      type: 'instance-up',
      instanceId: instance.id,
      functionId: route.functionId,
      versionId: route.version!.id,
      slot: instance.slot,
      slotLimit,
      socketPath,
      begunPath: join(dirname(socketPath), 'begun'),
    }
    this.#announced.set(instance.id, message)
    this.send(message)
  }

  send(message: ToGateway): void {
    for (const port of this.ports.values()) port.postMessage(message)
  }

  /** The first message, already here or to come, that fits. */
  async message(fits: (message: FromGateway) => boolean): Promise<FromGateway> {
    for (;;) {
      const found = this.messages.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve
      })
    }
  }

  /** Resolves when so many requests are in flight on the instance. */
  async inFlight(instance: RunningInstance, count: number): Promise<void> {
    await until(() => this.slots.inFlight(instance.slot) === count)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.threads.stop(0)
    await Promise.all(this.#instances.map(({ shim }) => shim[Symbol.asyncDispose]()))
  }

  #received(message: FromGateway): void {
    this.messages.push(message)
    if (message.type === 'instance-hung') {
      const hung = this.#instances.find(({ id }) => id === message.instanceId)
      hung?.shim.child.kill('SIGKILL')
    }
    this.#onMessage()
  }

  #ended(instance: RunningInstance): void {
    this.slots.close(instance.slot)
    this.#announced.delete(instance.id)
    for (const [index, port] of this.ports) {
      const begunId = begunIdOf(instance.shim, index)
      port.postMessage({ type: 'instance-down', instanceId: instance.id, begunId } as ToGateway)
    }
  }

  #attach(index: number, port: MessagePort): void {
    this.ports.set(index, port)
    port.on('message', (m: FromGateway) => this.#received(m))
    port.on('close', () => {
      if (this.ports.get(index) === port) this.ports.delete(index)
    })
    for (const message of this.#announced.values()) port.postMessage(message)
  }
}

/** 0 once the instance's folder has been removed with it. */
function begunIdOf(shim: ShimProcess, threadIndex: number): number {
  try {
    return shim.begunId(threadIndex)
  } catch {
    return 0
  }
}

let made = 0

export function routeOf(overrides: Partial<Route> = {}): Route {
  made += 1
  const functionId = `function-${made}`
  return {
    projectId: 1,
    regionId: 1,
    namespace: 'tests',
    name: `fn-${made}`,
    functionId,
    namespaceId: 'namespace-tests',
    label: `fn-${made}-tests-aaaaaaaa`,
    requiresKey: false,
    disabled: false,
    timeoutMs: 30_000,
    bodyBytesMax: 0,
    autoscaling: { minInstances: 0, maxInstances: 4 },
    version: versionOf(`version-${made}`),
    ...overrides,
  }
}

export function versionOf(id: string): NonNullable<Route['version']> {
  const artifact = { id: 'a', runtime: 'nodejs26', entry: 'handler.js', method: 'handler' }
  return { id, artifact, envs: {}, memoryMb: 128, cpuMilli: 80 }
}

export function keyOf(
  secret: string,
  functionIds: readonly string[],
  overrides: Partial<KeyEntry> = {},
): KeyEntry {
  const keyId = newId()
  const name = `key-${keyId.slice(0, 6)}`
  const digest = keySecretDigest(secret)
  return { keyId, projectId: 1, name, digest, expireMs: null, functionIds, ...overrides }
}

/** Polls: for state that no event tells of. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5)
}

export interface CallOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
}

/** One request by Node's own client, its answer read whole. */
export async function call(port: number, path: string, options: CallOptions = {}): Promise<Answer> {
  const req = open(port, path, options)
  req.end(options.body)
  return await answerOf(req)
}

/** The same, with the body left to the caller. */
export function open(port: number, path: string, options: CallOptions = {}): ClientRequest {
  const { method = 'GET', headers = {}, agent } = options
  const req = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: options.body === undefined ? headers : { ...lengthOf(options.body), ...headers },
    agent: agent ?? false,
  })
  return req
}

function lengthOf(body: string | Buffer): Record<string, string> {
  return { 'content-length': String(Buffer.byteLength(body)) }
}

export async function answerOf(req: ClientRequest): Promise<Answer> {
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of res) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { statusCode, headers, rawHeaders } = res
  return { status: statusCode!, headers, rawHeaders, body, text: body.toString() }
}

/** A bare connection, for what no client would send. */
export class RawConnection {
  readonly socket: Socket
  received = ''
  #onData: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
      this.#onData()
    })
    socket.on('close', () => this.#onData())
    socket.on('error', () => {
      // Being cut off is what some tests expect; `received` holds what came before.
    })
  }

  /** `localAddress`: the caller's own, `127.0.0.2` for another caller. */
  static async open(port: number, localAddress = '127.0.0.1'): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** Everything up to the end of the connection. */
  async all(): Promise<string> {
    while (!this.socket.closed) await this.#more()
    return this.received
  }

  async until(part: string | RegExp): Promise<string> {
    const holds = () =>
      typeof part === 'string' ? this.received.includes(part) : part.test(this.received)
    while (!holds()) {
      if (this.socket.closed) throw new Error(`closed after: ${this.received}`)
      await this.#more()
    }
    return this.received
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#onData = resolve
    })
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** Sends the bytes, and reads until the other side closes. */
export async function exchangeRaw(port: number, text: string): Promise<string> {
  using connection = await RawConnection.open(port)
  connection.send(text)
  return await connection.all()
}
