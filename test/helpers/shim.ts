import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { InstanceConnection } from '../../src/wire/connection.ts'
import { ControlChannel } from '../../src/wire/control-channel.ts'
import type { Assignment } from '../../src/wire/messages.ts'

/** How an instance of one language is started. */
export interface ShimLauncher {
  readonly language: string
  readonly command: readonly [program: string, ...args: string[]]
}

export const nodeShim: ShimLauncher = {
  language: 'node',
  command: [
    process.execPath,
    fileURLToPath(new URL('../../runtimes/node/shim.mjs', import.meta.url)),
  ],
}

export interface ShimOptions {
  readonly launcher?: ShimLauncher
  /** Written into a folder of its own, by relative path. */
  readonly files?: Readonly<Record<string, string>>
  /** Used instead of `files`. */
  readonly folder?: string
  readonly entry: string
  readonly method?: string
  readonly envs?: Readonly<Record<string, string>>
  readonly fn?: Partial<Assignment['function']>
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** A real instance with the engine's side of its channels; `await using` ends it. */
export class ShimProcess {
  readonly child: ChildProcess
  readonly lines: LogLine[] = []
  readonly socketPath: string
  /** Milliseconds from spawn to READY. */
  readyMs = 0
  readonly #home: string
  readonly #control: ControlChannel
  readonly #connections: InstanceConnection[] = []
  readonly #exited: Promise<number | null>
  readonly #ready: Promise<string | undefined>
  #onLine: () => void = () => {}
  #onPong: () => void = () => {}
  readonly #retired = Promise.withResolvers<string>()

  private constructor(home: string, folder: string, options: ShimOptions) {
    this.#home = home
    this.socketPath = join(home, 'i.sock')
    const marker = openSync(join(home, 'begun'), 'w+')
    const [program, ...args] = (options.launcher ?? nodeShim).command
    const startedAt = performance.now()
    this.child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', marker],
      env: { PATH: process.env.PATH ?? '' },
    })
    closeSync(marker)
    this.#capture('stdout')
    this.#capture('stderr')
    this.#exited = once(this.child, 'close').then(([code]) => code as number | null)
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    this.#ready = promise
    this.#control = new ControlChannel(this.child.stdio[3] as Socket, {
      onReady: () => {
        this.readyMs = performance.now() - startedAt
        resolve(undefined)
      },
      onFailed: resolve,
      onPong: () => this.#onPong(),
      onRetire: (message) => this.#retired.resolve(message),
      onClose: () => resolve('the instance closed its control channel'),
    })
    this.#control.assign({
      socketPath: this.socketPath,
      folder,
      entry: options.entry,
      method: options.method ?? 'handler',
      envs: options.envs ?? {},
      function: {
        name: 'probe',
        namespace: 'suite',
        runtime: 'runtime-under-test',
        timeoutSeconds: 30,
        memoryLimitMb: 128,
        ...options.fn,
      },
    })
  }

  /** Throws with the sentence of FAILED when the instance does not become ready. */
  static async start(options: ShimOptions): Promise<ShimProcess> {
    const home = mkdtempSync(join(tmpdir(), 'lk-shim-'))
    const folder = options.folder ?? join(home, 'code')
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const shim = new ShimProcess(home, folder, options)
    const failure = await shim.#ready
    if (failure === undefined) return shim
    await shim[Symbol.asyncDispose]()
    throw new ShimFailure(failure, shim.lines)
  }

  /** A gateway thread's connection, closed with the instance. */
  async connect(threadIndex = 0, onClose: (reason: string) => void = () => {}) {
    const connection = await InstanceConnection.open(this.socketPath, threadIndex, onClose)
    this.#connections.push(connection)
    return connection
  }

  /** Asks the instance to finish; resolves with its exit code. */
  stop(): Promise<number | null> {
    this.#control.stop()
    return this.#exited
  }

  /** Resolves with the answer to a PING on the control channel. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.#onPong = resolve
      this.#control.ping()
    })
  }

  /** Resolves with the sentence when the instance asks to be replaced. */
  retired(): Promise<string> {
    return this.#retired.promise
  }

  closeControl(): Promise<number | null> {
    this.#control.close()
    return this.#exited
  }

  exited(): Promise<number | null> {
    return this.#exited
  }

  /** The id in the marker file for a thread: the newest request whose handler was begun. */
  begunId(threadIndex = 0): number {
    const marker = readFileSync(join(this.#home, 'begun'))
    return marker.length < 4 * (threadIndex + 1) ? 0 : marker.readUInt32LE(4 * threadIndex)
  }

  /** The first line, already written or to come, that holds `part`. */
  async line(part: string): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find((line) => line.text.includes(part))
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#onLine = resolve
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close()
    this.#control.close()
    this.child.kill('SIGKILL')
    await this.#exited
    rmSync(this.#home, { recursive: true, force: true })
  }

  #capture(stream: 'stdout' | 'stderr'): void {
    createInterface({ input: this.child[stream]! }).on('line', (text) => {
      this.lines.push({ stream, text })
      this.#onLine()
    })
  }
}

/** The instance sent FAILED, or ended before it was ready. */
export class ShimFailure extends Error {
  readonly lines: readonly LogLine[]
  constructor(message: string, lines: readonly LogLine[]) {
    super(message)
    this.lines = lines
  }
}
