import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withTimeout } from '../../src/lib/deferred.ts'

const STOP_PATIENCE_MS = 10_000

export interface Running {
  readonly pid: number
  readonly child: ChildProcess
  /** The end of what it wrote, for an error's text. */
  tail(): string
  stop(): Promise<void>
}

/** A temporary folder and the processes that live in it; both are gone after {@link Scratch.close}. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  readonly #running = new Set<Running>()
  #names = 0
  #closed = false

  constructor() {
    chmodSync(this.folder, 0o700)
  }

  newFolder(name: string): string {
    const folder = join(this.folder, `${name}-${this.#names++}`)
    mkdirSync(folder, { mode: 0o700 })
    return folder
  }

  /** Starts a command; its output goes to a file. `core` binds it and all its children to one core. */
  start(
    command: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv; readonly core?: number | undefined } = {},
  ): Running {
    // A measurement may still go on while a signal ends the benchmark.
    if (this.#closed) throw new Error('the benchmark was ended')
    const pinned = options.core === undefined ? [] : ['taskset', '-c', String(options.core)]
    const [file, ...args] = [...pinned, ...command]
    const log = join(this.folder, `output-${this.#names++}`)
    const descriptor = openSync(log, 'a', 0o600)
    const child = spawn(file!, args, {
      env: options.env ?? process.env,
      stdio: ['ignore', descriptor, descriptor],
    })
    closeSync(descriptor)
    if (child.pid === undefined) throw new Error(`${file} could not be started`)
    const running: Running = {
      pid: child.pid,
      child,
      tail: () => readFileSync(log, 'utf8').slice(-2_000),
      stop: async () => {
        await stopProcess(child)
        this.#running.delete(running)
      },
    }
    this.#running.add(running)
    return running
  }

  /** What the processes that still run wrote last, for the report of a failure. */
  tails(): string {
    return [...this.#running].map((running) => running.tail()).join('\n')
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#running].map((running) => running.stop()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Ports of the loopback interface that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) server.close()
  return ports
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  if ((await withTimeout(exited, STOP_PATIENCE_MS, undefined)) !== undefined) return
  child.kill('SIGKILL')
  await exited
}
