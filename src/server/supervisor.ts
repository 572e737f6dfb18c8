import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../config/settings.ts'
import { replaceFile } from '../lib/atomic-file.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { Logger } from '../observability/logger.ts'
import { type MetricsServer, startMetricsServer } from '../observability/metrics-server.ts'
import { closeGatewaySocket, openGatewaySocket } from './gateway-socket.ts'
import { type AskedRole, NodeMetrics } from './node-metrics.ts'
import { dataPaths } from './paths.ts'
import { portSentence } from './preflight.ts'
import { apiUrl, metricsUrl, publicUrl } from './public-url.ts'
import {
  EXIT_REFUSED,
  type LeaveMessage,
  type ReplaceThreadsMessage,
  type RoleMessage,
  type RoleName,
  type StartMessage,
} from './role-messages.ts'
import { watchTerminal } from './terminal.ts'

const ROLE_FILE = fileURLToPath(new URL('./role.ts', import.meta.url))
/**
 * Control works in short bursts: a small young generation keeps it 10 MB smaller at rest and 60 MB after
 * a burst, for a few per cent of processor time. The data role is left alone: there callers would pay.
 */
const NODE_FLAGS: Readonly<Record<RoleName, string[]>> = {
  control: ['--max-semi-space-size=2'],
  data: [],
}
const RESTART = { firstMs: 20, longestMs: 5_000 }
/** A role that ran this long was healthy: its next restart is immediate again. */
const HEALTHY_AFTER_MS = 10_000
/** Beyond the roles' own limit, before a role that does not stop is killed. */
const STOP_SLACK_MS = 5_000
const SOCKET_CHECK_MS = 1_000

interface Role {
  readonly name: RoleName
  child: ChildProcess
  /** Whether this process serves. */
  ready: boolean
  readyOnce: boolean
  startedAtMs: number
  failures: number
  restart: NodeJS.Timeout | undefined
}

export interface SupervisorOptions {
  readonly settings: Settings
  readonly version: string
  readonly logger: Logger
  /** Writes to standard output; resolves to whether it was written. */
  print(text: string): Promise<boolean>
  /** Writes to standard error. */
  complain(text: string): void
}

/** Runs both roles as processes of their own and starts either again when it dies. Resolves with an exit code. */
export async function supervise(options: SupervisorOptions): Promise<number> {
  return new Supervisor(options).run()
}

class Supervisor {
  readonly #options: SupervisorOptions
  readonly #roles = new Map<RoleName, Role>()
  readonly #ended = Promise.withResolvers<number>()
  readonly #metrics: NodeMetrics
  #stopping = false
  #announced = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#metrics = new NodeMetrics(options.version, () => this.#asked())
  }

  async run(): Promise<number> {
    process.on('SIGTERM', () => this.#onStopSignal('SIGTERM'))
    process.on('SIGINT', () => this.#onStopSignal('SIGINT'))
    const terminal = watchTerminal()
    process.on('SIGHUP', () => {
      if (terminal.isGone()) this.#onStopSignal('SIGHUP')
      else this.#replaceThreads()
    })
    if ((await this.#openGateway()) === 'refused') return EXIT_REFUSED
    const metrics = await this.#openMetrics()
    if (metrics === 'refused') return EXIT_REFUSED
    if (!this.#stopping) for (const name of rolesOf(this.#options.settings)) this.#start(name)
    const sockets = setInterval(() => this.#mendSockets(), SOCKET_CHECK_MS)
    const code = await this.#ended.promise
    clearInterval(sockets)
    await metrics?.close()
    if (this.#announced) rmSync(this.#infoPath, { force: true })
    return code
  }

  /** Before any role, and once: it outlives them. */
  async #openGateway(): Promise<'open' | 'refused'> {
    const { settings, complain } = this.#options
    if (settings.role === 'control') return 'open'
    const opened = await openGatewaySocket(settings.host, settings.gatewayPort)
    if (typeof opened === 'number') return 'open'
    complain(`${portSentence(opened.code ?? opened.message, settings, 'gatewayPort')}\n`)
    return 'refused'
  }

  async #openMetrics(): Promise<MetricsServer | undefined | 'refused'> {
    const { settings, logger, complain } = this.#options
    const { metricsHost: host, metricsPort: port } = settings
    if (port === null) return undefined
    try {
      return await startMetricsServer({
        host,
        port,
        scrape: (format) => this.#metrics.scrape(format),
        onError: (err) => logger.error({ err }, 'the metrics could not be answered'),
      })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      complain(`${portSentence(code ?? message, settings, 'metricsPort')}\n`)
      return 'refused'
    }
  }

  *#asked(): Generator<AskedRole> {
    for (const { name, ready, child } of this.#roles.values()) {
      yield { name, child: ready ? child : undefined }
    }
  }

  #start(name: RoleName): void {
    const child = fork(ROLE_FILE, [name], {
      // Standard input is the socket for callers; see `gateway-socket.ts`.
      stdio: [name === 'data' ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: NODE_FLAGS[name],
      serialization: 'advanced',
      env: roleEnvironment(),
    })
    const role: Role = {
      name,
      child,
      ready: false,
      readyOnce: this.#roles.get(name)?.readyOnce ?? false,
      failures: this.#roles.get(name)?.failures ?? 0,
      startedAtMs: Date.now(),
      restart: undefined,
    }
    this.#roles.set(name, role)
    child.on('message', (message) => this.#onMessage(role, message as RoleMessage))
    child.on('exit', (code, signal) => this.#onExit(role, code, signal))
    child.on('error', (error) => this.#options.logger.error({ err: error, name }, 'role process'))
    const start: StartMessage = {
      type: 'start',
      settings: this.#options.settings,
      version: this.#options.version,
    }
    child.send(start)
  }

  #onMessage(role: Role, message: RoleMessage): void {
    switch (message.type) {
      case 'ready':
        role.ready = true
        role.readyOnce = true
        this.#options.logger.info({ name: role.name, pid: role.child.pid }, 'role is ready')
        this.#announceWhenAllReady()
        return
      case 'refused':
        this.#options.complain(`${message.sentence}\n`)
        return
      case 'welcome':
        this.#welcome(role, message.text)
        return
      case 'metrics':
        this.#metrics.onMessage(message)
        return
    }
  }

  #onExit(role: Role, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#stopping) return
    if (code === EXIT_REFUSED && !role.readyOnce) {
      this.#stop(EXIT_REFUSED)
      return
    }
    if (Date.now() - role.startedAtMs > HEALTHY_AFTER_MS) role.failures = 0
    const waitMs = role.failures === 0 ? 0 : backoffMs(role.failures - 1, RESTART)
    role.failures += 1
    this.#options.logger.error(
      { name: role.name, code, signal, waitMs },
      'role ended; starting again',
    )
    role.restart = setTimeout(() => this.#start(role.name), waitMs)
  }

  /** Whoever tidies temporary folders removes sockets too; nothing reaches the role any more then. */
  #mendSockets(): void {
    const { controlSocket, nodeSocket } = dataPaths(this.#options.settings.dataDir)
    for (const role of this.#roles.values()) {
      const socket = role.name === 'control' ? controlSocket : nodeSocket
      if (this.#stopping || !role.ready || existsSync(socket)) continue
      this.#options.logger.error({ name: role.name, socket }, 'socket was removed')
      role.ready = false
      role.child.kill('SIGTERM')
    }
  }

  /** Only what somebody may have read is never shown again. */
  async #welcome(role: Role, text: string): Promise<void> {
    if (await this.#options.print(text)) {
      if (role.child.connected) role.child.send({ type: 'welcome-shown' })
      return
    }
    this.#options.logger.error(
      'standard output is closed: the token and the key are shown at the next start',
    )
  }

  /** The file tells tools on this machine where the server listens; it is gone when the server is. */
  #announceWhenAllReady(): void {
    if (![...this.#roles.values()].every((role) => role.readyOnce)) return
    const { settings, print, version } = this.#options
    const info = {
      pid: process.pid,
      apiUrl: apiUrl(settings),
      gatewayUrl: publicUrl(settings),
      metricsUrl: metricsUrl(settings),
    }
    // Each time anew: its folder may have been removed.
    replaceFile(this.#infoPath, `${JSON.stringify(info)}\n`)
    if (this.#announced) return
    this.#announced = true
    const places = {
      all: `REST API ${info.apiUrl}, functions ${info.gatewayUrl}`,
      control: `REST API ${info.apiUrl}`,
      data: `functions ${info.gatewayUrl}`,
    }
    const metrics = info.metricsUrl === undefined ? '' : `, metrics ${info.metricsUrl}`
    print(`Latchkey ${version} listens: ${places[settings.role]}${metrics}\n`)
  }

  /** One for each role that runs alone beside the other on one data directory. */
  get #infoPath(): string {
    const { dataDir, role } = this.#options.settings
    return dataPaths(dataDir).serveInfo(role)
  }

  #replaceThreads(): void {
    const data = this.#roles.get('data')
    // One that is being started has new threads anyway.
    if (this.#stopping || data === undefined || !data.ready) return
    data.child.send({ type: 'replace-threads' } satisfies ReplaceThreadsMessage)
  }

  #onStopSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void {
    if (!this.#stopping) {
      void this.#stop(0)
      return
    }
    this.#options.logger.warn({ signal }, 'asked again to stop: ending at once')
    for (const role of this.#roles.values()) role.child.kill('SIGKILL')
    this.#ended.resolve(128 + constants.signals[signal])
  }

  async #stop(code: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const { settings } = this.#options
    if (settings.drainSeconds > 0 && this.#announced) await this.#drain(settings.drainSeconds)
    if (settings.role !== 'control') closeGatewaySocket()
    const limitMs = settings.stopTimeoutSeconds * 1000 + STOP_SLACK_MS
    // Both at once: the data role follows the feed until its last request ended, so changes still arrive.
    await Promise.all([...this.#roles.values()].map((role) => stopRole(role, limitMs)))
    this.#ended.resolve(code)
  }

  /** Serves on, while who watches the server sends callers elsewhere. */
  async #drain(seconds: number): Promise<void> {
    this.#options.logger.info({ seconds }, 'stopping: not ready any more, still serving')
    for (const { child } of this.#roles.values()) {
      if (child.connected) child.send({ type: 'leave' } satisfies LeaveMessage)
    }
    await sleep(seconds * 1000)
  }
}

function rolesOf(settings: Settings): readonly RoleName[] {
  return settings.role === 'all' ? ['control', 'data'] : [settings.role]
}

/** Without the cache each role would strip and compile every file anew: half of its start, and 30 MB. */
function roleEnvironment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined
    ? process.env
    : { ...process.env, NODE_COMPILE_CACHE: dirname(directory) }
}

async function stopRole(role: Role, limitMs: number): Promise<void> {
  clearTimeout(role.restart)
  const { child } = role
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), limitMs)
  await exited
  clearTimeout(kill)
}
