import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../config/settings.ts'
import { replaceFile } from '../lib/atomic-file.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { Logger } from '../observability/logger.ts'
import { dataPaths } from './paths.ts'
import { apiUrl, publicUrl } from './public-url.ts'
import {
  EXIT_REFUSED,
  type RoleMessage,
  type RoleName,
  type StartMessage,
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
  #stopping = false
  #announced = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  async run(): Promise<number> {
    const onSignal = () => this.#stop(0)
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
    process.on('SIGHUP', onSignal)
    for (const name of rolesOf(this.#options.settings)) this.#start(name)
    const sockets = setInterval(() => this.#mendSockets(), SOCKET_CHECK_MS)
    const code = await this.#ended.promise
    clearInterval(sockets)
    if (this.#announced) rmSync(this.#infoPath, { force: true })
    return code
  }

  #start(name: RoleName): void {
    const child = fork(ROLE_FILE, [name], {
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
    const info = { pid: process.pid, apiUrl: apiUrl(settings), gatewayUrl: publicUrl(settings) }
    // Each time anew: its folder may have been removed.
    replaceFile(this.#infoPath, `${JSON.stringify(info)}\n`)
    if (this.#announced) return
    this.#announced = true
    const places = {
      all: `REST API ${info.apiUrl}, functions ${info.gatewayUrl}`,
      control: `REST API ${info.apiUrl}`,
      data: `functions ${info.gatewayUrl}`,
    }
    print(`Latchkey ${version} listens: ${places[settings.role]}\n`)
  }

  /** One for each role that runs alone beside the other on one data directory. */
  get #infoPath(): string {
    const { dataDir, role } = this.#options.settings
    return dataPaths(dataDir).serveInfo(role)
  }

  /** Both at once: the data role follows the feed until its last request ended, so changes still arrive. */
  async #stop(code: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const limitMs = this.#options.settings.stopTimeoutSeconds * 1000 + STOP_SLACK_MS
    await Promise.all([...this.#roles.values()].map((role) => stopRole(role, limitMs)))
    this.#ended.resolve(code)
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
