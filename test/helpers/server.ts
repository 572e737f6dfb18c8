import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../..')
export const TEST_TOKEN = '7$for-tests-only-0123456789'
const START_PATIENCE_MS = 60_000

/** A real `latchkey serve` in a folder of its own. */
export interface TestServer {
  readonly dataDir: string
  readonly process: ChildProcess
  readonly apiUrl: string
  readonly gatewayUrl: string
  /** Empty when there is no metrics port. */
  readonly metricsUrl: string
  stdout(): string
  stderr(): string
  /** Process ids of the supervisor and its roles. */
  pids(): { supervisor: number; control: number; data: number }
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to the supervisor and both roles at once. */
  kill(): Promise<void>
}

export interface ServerOptions {
  readonly dataDir?: string
  /** Undefined for what is not set. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly args?: readonly string[]
}

export function tempDataDir(below = tmpdir()): string {
  return mkdtempSync(join(below, 'lk-e2e-'))
}

/** Starts the server on free ports and resolves when both roles are ready. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const server = launch(options)
  const { dataDir, process: child } = server
  const giveUpAtMs = Date.now() + START_PATIENCE_MS
  for (;;) {
    const info = ['serve', 'serve-control', 'serve-data']
      .map((name) => readInfo(join(dataDir, 'run', `${name}.json`)))
      .find((found) => found?.pid === child.pid)
    if (info !== undefined) {
      const { apiUrl, gatewayUrl, metricsUrl = '' } = info
      return { ...server, apiUrl, gatewayUrl, metricsUrl }
    }
    if (child.exitCode !== null || Date.now() > giveUpAtMs) {
      throw new Error(`the server did not start:\n${server.stdout()}\n${server.stderr()}`)
    }
    await sleep(20)
  }
}

/** Starts the server without waiting for anything. */
export function launch(
  options: ServerOptions = {},
): Omit<TestServer, 'apiUrl' | 'gatewayUrl' | 'metricsUrl'> {
  const dataDir = options.dataDir ?? tempDataDir()
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin/latchkey.js'), 'serve', ...(options.args ?? [])],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...registrySettings(),
        LATCHKEY_DATA_DIR: dataDir,
        LATCHKEY_API_PORT: '0',
        LATCHKEY_GATEWAY_PORT: '0',
        LATCHKEY_METRICS_PORT: '0',
        LATCHKEY_ADMIN_TOKEN: TEST_TOKEN,
        LATCHKEY_DEMO: 'false',
        // More than one, and no more on a machine of many cores, where many tests run at a time.
        LATCHKEY_GATEWAY_THREADS: '2',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const out = collect(child.stdout!)
  const err = collect(child.stderr!)
  const pids = () => ({
    supervisor: child.pid!,
    control: childPid(dataDir, 'control'),
    data: childPid(dataDir, 'data'),
  })
  return {
    dataDir,
    process: child,
    stdout: out,
    stderr: err,
    pids,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        await exited
      }
      return child.exitCode
    },
    async kill() {
      const exited = once(child, 'exit')
      const { control, data } = pids()
      for (const pid of [child.pid!, control, data]) killQuietly(pid)
      await exited
      await Promise.all([control, data].map(processEnd))
    },
  }
}

/** How this machine reaches the package registries, and where its tools are, for builds with dependencies. */
function registrySettings(): Record<string, string | undefined> {
  const isSetting =
    /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|PIP_.*|REQUESTS_CA_BUNDLE|GO(PROXY|SUMDB|NOSUMDB|PRIVATE)|JAVA_HOME|MAVEN_OPTS)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isSetting.test(name)))
}

/** Ends what may still run and removes the folder. */
export async function cleanUp(server: TestServer | undefined): Promise<void> {
  if (server === undefined) return
  await server.stop()
  rmSync(server.dataDir, { recursive: true, force: true })
}

/** Resolves when no process with this id runs any more. */
export async function processEnd(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(10)
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A zombie has ended; its parent just has not asked yet.
  if (!existsSync('/proc/self/stat')) return true
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // It was gone before it could be read.
    return false
  }
}

/**
 * The id by which this test knows the process of an instance, which may have another inside a sandbox: its
 * code has set `process.title` to the text. `own` is the id that it has told, for systems without /proc.
 */
export function pidOfInstance(title: string, own: number): number {
  if (!existsSync('/proc/self/cmdline')) return own
  const found = readdirSync('/proc').find((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(title)
    } catch {
      // Ended meanwhile.
      return false
    }
  })
  return Number(found)
}

/** Every file below a folder, by path. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function childPid(dataDir: string, role: 'control' | 'data'): number {
  return Number(readFileSync(join(dataDir, 'locks', `${role}.pid`), 'utf8'))
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

interface ServeInfo {
  readonly pid: number
  readonly apiUrl: string
  readonly gatewayUrl: string
  readonly metricsUrl?: string
}

function readInfo(path: string): ServeInfo | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}
