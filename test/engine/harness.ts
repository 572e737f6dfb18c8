import { setMaxListeners } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { vi } from 'vitest'
import { createBuilder } from '../../src/build/builder.ts'
import { versionId } from '../../src/domain/function.ts'
import type { Route, Version } from '../../src/domain/routes.ts'
import { Engine, type EngineOptions } from '../../src/engine/engine.ts'
import type { FromGateway, ToGateway } from '../../src/engine/messages.ts'
import { SlotTable } from '../../src/engine/slots.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { InstanceConnection } from '../../src/wire/connection.ts'
import { NODE_ONLY, NODE_RUNTIME } from '../helpers/languages.ts'

export type InstanceUp = Extract<ToGateway, { type: 'instance-up' }>

const WAIT = { timeout: 40_000, interval: 10 }

/** An engine on real artifacts and processes; the test plays the gateway thread. */
export class Harness {
  readonly root: string
  readonly clock = new ManualClock(Date.now())
  readonly slots = SlotTable.create(256)
  readonly engine: Engine
  readonly #connections: InstanceConnection[] = []
  readonly #ports: MessagePort[] = []
  readonly thread: Thread

  private constructor(root: string, options: Partial<EngineOptions>) {
    this.root = root
    this.engine = new Engine({
      languages: NODE_ONLY,
      folder: join(root, 'run'),
      artifactsFolder: join(root, 'artifacts'),
      logsFolder: join(root, 'logs'),
      slots: this.slots,
      slotsPerInstance: 1,
      idleTimeoutMs: 60_000,
      startTimeoutMs: 40_000,
      spareInstances: 0,
      stopGraceMs: 2000,
      logger: silentLogger(),
      clock: this.clock,
      ...options,
    })
    this.thread = this.attach(0)
  }

  static async create(options: Partial<EngineOptions> = {}): Promise<Harness> {
    return new Harness(await mkdtemp(join(tmpdir(), 'lk-engine-')), options)
  }

  attach(index: number): Thread {
    const { port1, port2 } = new MessageChannel()
    this.#ports.push(port2)
    this.engine.attachGateway(index, port1)
    return new Thread(port2, port1)
  }

  async version(codeText: string, rest: { envs?: Version['envs']; memoryMb?: number } = {}) {
    const { envs = {}, memoryMb = 128 } = rest
    const builder = createBuilder({
      languages: NODE_ONLY,
      artifactsFolder: join(this.root, 'artifacts'),
      timeoutMs: 40_000,
      logger: silentLogger(),
    })
    const built = await builder.build({
      runtime: NODE_RUNTIME,
      codeText,
      files: {},
      dependencies: '',
      mainMethod: 'handler',
    })
    if (built.kind !== 'built') throw new Error(built.message)
    const { artifact } = built
    const id = versionId({ artifact, envs, flavor: `80mCPU-${memoryMb}MB` })
    return { id, artifact, envs, memoryMb, cpuMilli: 80 }
  }

  async route(codeText: string, rest: Partial<Route> = {}): Promise<Route> {
    const version = await this.version(codeText)
    return routeOf(version, rest)
  }

  /** Resolves when the engine has heard it. */
  demand(route: Route, queued: number): Promise<void> {
    const versionId = route.version!.id
    return this.thread.send({ type: 'demand', functionId: route.functionId, versionId, queued })
  }

  /** Calls the handler and resolves to its text, or to why there is none. */
  async call(up: InstanceUp, path = '/', threadIndex = 0): Promise<string> {
    const connection = await InstanceConnection.open(up.socketPath, threadIndex, () => {})
    this.#connections.push(connection)
    const head = ['GET', path, 'latchkey-request-id', `req_${path.slice(1)}`].join('\n')
    return new Promise((resolve) => {
      const body: Buffer[] = []
      const take = (chunk: Buffer | undefined, end: boolean) => {
        if (chunk !== undefined) body.push(Buffer.from(chunk))
        if (end) resolve(Buffer.concat(body).toString())
      }
      connection.request(head, undefined, true, {
        onHead: (_status, _headers, chunk, end) => take(chunk, end),
        onData: take,
        onWritable: () => {},
        onFailure: resolve,
        onLost: () => resolve('lost'),
      })
    })
  }

  lines(functionId = 'fn-1'): string[] {
    return this.engine.logs(functionId, 1000).map((line) => `${line.stream}: ${line.message}`)
  }

  /** Ids of the processes whose instance folder is below this harness' folder. */
  processes(): string[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.root)
      } catch {
        // Ended meanwhile.
        return false
      }
    })
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close()
    await this.engine.stop()
    for (const port of this.#ports) port.close()
    await rm(this.root, { recursive: true, force: true })
  }
}

/** A gateway thread's end of its port: what the engine told it. */
class Thread {
  readonly messages: ToGateway[] = []
  readonly #port: MessagePort
  readonly #enginePort: MessagePort
  #sent = 0
  #heard = 0

  constructor(port: MessagePort, enginePort: MessagePort) {
    this.#port = port
    this.#enginePort = enginePort
    // One listener for each message under way.
    setMaxListeners(0, enginePort as unknown as EventTarget)
    port.on('message', (message: ToGateway) => this.messages.push(message))
    // Behind the engine's own listener, so it has dealt with what is counted here.
    enginePort.on('message', () => {
      this.#heard += 1
    })
  }

  /** Resolves when the engine has heard it. */
  send(message: FromGateway): Promise<void> {
    this.#port.postMessage(message)
    this.#sent += 1
    const number = this.#sent
    return new Promise((resolve) => {
      const check = () => {
        if (this.#heard < number) return
        this.#enginePort.off('message', check)
        resolve()
      }
      this.#enginePort.on('message', check)
    })
  }

  all<T extends ToGateway['type']>(type: T): Extract<ToGateway, { type: T }>[] {
    return this.messages.filter((m): m is Extract<ToGateway, { type: T }> => m.type === type)
  }

  /** The messages of the type as soon as there are `count`. */
  until<T extends ToGateway['type']>(
    type: T,
    count = 1,
  ): Promise<Extract<ToGateway, { type: T }>[]> {
    return waitFor(() => {
      const found = this.all(type)
      if (found.length < count) throw new Error(`${found.length} of ${count} ${type}`)
      return found
    })
  }
}

/** Calls `check` until it no longer throws. */
export function waitFor<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, WAIT)
}

export function routeOf(version: Version, rest: Partial<Route> = {}): Route {
  return {
    projectId: 1,
    regionId: 1,
    namespace: 'demo',
    name: 'hello',
    functionId: 'fn-1',
    namespaceId: 'namespace-1',
    label: 'hello-demo-x',
    requiresKey: false,
    disabled: false,
    timeoutMs: 5000,
    bodyBytesMax: 0,
    autoscaling: { minInstances: 0, maxInstances: 3 },
    version,
    ...rest,
  }
}
