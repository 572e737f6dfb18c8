import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../config/settings.ts'
import type { Logger } from '../observability/logger.ts'
import { Announcement } from './announcement.ts'
import { closeGatewaySocket } from './gateway-socket.ts'
import { prepareFlavors } from './isolation.ts'
import { NodeMetrics } from './node-metrics.ts'
import { NodeReadiness } from './node-readiness.ts'
import { EXIT_REFUSED, type RoleName } from './role-messages.ts'
import { SupervisedRole } from './supervised-role.ts'
import { openGatewayPort, openMetricsPort } from './supervisor-ports.ts'
import { watchTerminal } from './terminal.ts'

/** Beyond the roles' own limit, before a role that does not stop is killed. */
const STOP_SLACK_MS = 5_000
const SOCKET_CHECK_MS = 1_000

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
  readonly #roles: SupervisedRole[] = []
  readonly #ended = Promise.withResolvers<number>()
  readonly #metrics: NodeMetrics
  readonly #readiness = new NodeReadiness(() => this.#roles)
  readonly #announcement: Announcement
  #stopping = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { version, settings } = options
    this.#metrics = new NodeMetrics(version, settings.nodeName, () => this.#roles)
    this.#announcement = new Announcement(options)
  }

  async run(): Promise<number> {
    process.on('SIGTERM', () => this.#onStopSignal('SIGTERM'))
    process.on('SIGINT', () => this.#onStopSignal('SIGINT'))
    const terminal = watchTerminal()
    process.on('SIGHUP', () => {
      if (terminal.isGone()) this.#onStopSignal('SIGHUP')
      else this.#replaceThreads()
    })
    if ((await openGatewayPort(this.#options)) === 'refused') return EXIT_REFUSED
    const metrics = await openMetricsPort(this.#options, this.#metrics, this.#readiness)
    if (metrics === 'refused') return EXIT_REFUSED
    prepareFlavors(this.#options)
    if (!this.#stopping) this.#startRoles()
    const sockets = setInterval(() => {
      for (const role of this.#roles) role.mendSocket()
    }, SOCKET_CHECK_MS)
    const code = await this.#ended.promise
    clearInterval(sockets)
    await metrics?.close()
    this.#announcement.withdraw()
    return code
  }

  #startRoles(): void {
    const { settings, version, logger, complain } = this.#options
    for (const name of rolesOf(settings)) {
      const role = new SupervisedRole(name, {
        settings,
        version,
        logger,
        isStopping: () => this.#stopping,
        onReady: () => this.#announceWhenAllReady(),
        onRefusal: (sentence) => complain(`${sentence}\n`),
        onRefused: () => this.#stop(EXIT_REFUSED),
        onMetrics: (message) => this.#metrics.onMessage(message),
        onReadiness: (message) => this.#readiness.onMessage(message),
        welcome: (text) => this.#welcome(text),
      })
      this.#roles.push(role)
    }
  }

  async #welcome(text: string): Promise<boolean> {
    const { print, logger } = this.#options
    const isShown = await print(text)
    if (!isShown) {
      logger.error('standard output is closed: the token and the key are shown at the next start')
    }
    return isShown
  }

  #announceWhenAllReady(): void {
    if (this.#roles.every((role) => role.wasReady)) this.#announcement.make()
  }

  #replaceThreads(): void {
    const data = this.#roles.find((role) => role.name === 'data')
    // One that is being started has new threads anyway.
    if (this.#stopping || data?.child === undefined) return
    data.tell({ type: 'replace-threads' })
  }

  #onStopSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void {
    if (!this.#stopping) {
      void this.#stop(0)
      return
    }
    this.#options.logger.warn({ signal }, 'asked again to stop: ending at once')
    for (const role of this.#roles) role.kill()
    this.#ended.resolve(128 + constants.signals[signal])
  }

  async #stop(code: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const { settings } = this.#options
    const { drainSeconds, stopTimeoutSeconds } = settings
    if (drainSeconds > 0 && this.#announcement.isMade) await this.#drain(drainSeconds)
    if (settings.role !== 'control') closeGatewaySocket()
    const limitMs = stopTimeoutSeconds * 1000 + STOP_SLACK_MS
    // Both at once: the data role follows the feed until its last request ended, so changes still arrive.
    await Promise.all(this.#roles.map((role) => role.stop(limitMs)))
    this.#ended.resolve(code)
  }

  /** Serves on, while who watches the server sends callers elsewhere. */
  async #drain(seconds: number): Promise<void> {
    this.#options.logger.info({ seconds }, 'stopping: not ready any more, still serving')
    for (const role of this.#roles) role.tell({ type: 'leave' })
    await sleep(seconds * 1000)
  }
}

function rolesOf(settings: Settings): readonly RoleName[] {
  return settings.role === 'all' ? ['control', 'data'] : [settings.role]
}
