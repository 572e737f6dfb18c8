import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../config/settings.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { Logger } from '../observability/logger.ts'
import { dataPaths } from './paths.ts'
import {
  EXIT_REFUSED,
  type LeaveMessage,
  type MetricsMessage,
  type ReadinessMessage,
  type ReplaceThreadsMessage,
  type RoleMessage,
  type RoleName,
  type StartMessage,
  type WelcomeShownMessage,
} from './role-messages.ts'

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

export interface SupervisedRoleOptions {
  readonly settings: Settings
  readonly version: string
  readonly logger: Logger
  /** While true a process that ends is not replaced. */
  isStopping(): boolean
  onReady(): void
  /** Why it cannot start; its process ends next. */
  onRefusal(sentence: string): void
  /** It ended before it ever served, and another try would not help. */
  onRefused(): void
  onMetrics(message: MetricsMessage): void
  onReadiness(message: ReadinessMessage): void
  /** Shows what the first start has to show; resolves to whether it was written. */
  welcome(text: string): Promise<boolean>
}

/** One of the two roles: a process of its own, and another one each time it dies. */
export class SupervisedRole {
  readonly name: RoleName
  readonly #options: SupervisedRoleOptions
  #child: ChildProcess
  #isReady = false
  #wasReady = false
  #startedAtMs = 0
  #failures = 0
  #restart: NodeJS.Timeout | undefined

  /** Starts its first process. */
  constructor(name: RoleName, options: SupervisedRoleOptions) {
    this.name = name
    this.#options = options
    this.#child = this.#start()
  }

  /** The process that serves; undefined while none does. */
  get child(): ChildProcess | undefined {
    return this.#isReady ? this.#child : undefined
  }

  /** Whether any process of it has served. */
  get wasReady(): boolean {
    return this.#wasReady
  }

  tell(message: LeaveMessage | ReplaceThreadsMessage): void {
    if (this.#child.connected) this.#child.send(message)
  }

  /** Whoever tidies temporary folders removes sockets too; nothing reaches the role any more then. */
  mendSocket(): void {
    const { settings, logger } = this.#options
    const { controlSocket, nodeSocket } = dataPaths(settings.dataDir)
    const socket = this.name === 'control' ? controlSocket : nodeSocket
    if (this.#options.isStopping() || !this.#isReady || existsSync(socket)) return
    logger.error({ name: this.name, socket }, 'socket was removed')
    this.#isReady = false
    this.#child.kill('SIGTERM')
  }

  /** Resolves when its process has ended, which is killed after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    clearTimeout(this.#restart)
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), limitMs)
    await exited
    clearTimeout(kill)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #start(): ChildProcess {
    const { settings, version, logger } = this.#options
    const child = fork(ROLE_FILE, [this.name], {
      // Standard input is the socket for callers; see `gateway-socket.ts`.
      stdio: [this.name === 'data' ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: NODE_FLAGS[this.name],
      serialization: 'advanced',
      env: roleEnvironment(),
    })
    this.#isReady = false
    this.#startedAtMs = Date.now()
    child.on('message', (message) => this.#onMessage(child, message as RoleMessage))
    child.on('exit', (code, signal) => this.#onExit(code, signal))
    child.on('error', (error) => logger.error({ err: error, name: this.name }, 'role process'))
    child.send({ type: 'start', settings, version } satisfies StartMessage)
    return child
  }

  #onMessage(child: ChildProcess, message: RoleMessage): void {
    switch (message.type) {
      case 'ready':
        // The last words of a process may come when the next one has been started.
        if (child === this.#child) this.#onReady(child)
        return
      case 'refused':
        this.#options.onRefusal(message.sentence)
        return
      case 'welcome':
        this.#welcome(child, message.text)
        return
      case 'metrics':
        this.#options.onMetrics(message)
        return
      case 'readiness':
        this.#options.onReadiness(message)
        return
    }
  }

  #onReady({ pid }: ChildProcess): void {
    this.#isReady = true
    this.#wasReady = true
    this.#options.logger.info({ name: this.name, pid }, 'role is ready')
    this.#options.onReady()
  }

  /** Only what somebody may have read is never shown again. */
  async #welcome(child: ChildProcess, text: string): Promise<void> {
    const isShown = await this.#options.welcome(text)
    if (!isShown || !child.connected) return
    child.send({ type: 'welcome-shown' } satisfies WelcomeShownMessage)
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#options.isStopping()) return
    if (code === EXIT_REFUSED && !this.#wasReady) {
      this.#options.onRefused()
      return
    }
    if (Date.now() - this.#startedAtMs > HEALTHY_AFTER_MS) this.#failures = 0
    const waitMs = this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, RESTART)
    this.#failures += 1
    this.#options.logger.error(
      { name: this.name, code, signal, waitMs },
      'role ended; starting again',
    )
    this.#restart = setTimeout(() => {
      this.#child = this.#start()
    }, waitMs)
  }
}

/** Without the cache each role would strip and compile every file anew: half of its start, and 30 MB. */
function roleEnvironment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined
    ? process.env
    : { ...process.env, NODE_COMPILE_CACHE: dirname(directory) }
}
