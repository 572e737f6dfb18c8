import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'

export interface ToolRun {
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Ends the run early, as a time-out does. */
  readonly signal?: AbortSignal
  /** By how much others come first, 0 to 19. */
  readonly niceness?: number
  /**
   * Starts it in another way, with its own process group, and pipes at 1 and 2. Throws when it cannot be
   * started.
   */
  start?(run: ToolRun): ChildProcess
  onStart?(pid: number): void
  /** Whole lines of one of its streams, unless one is very long. */
  onOutput?(text: string): void
}

export type ToolOutcome =
  /** `output` is stdout and stderr as they came, the beginning left out when there is too much. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly output: string }
  | { readonly kind: 'timed-out' | 'aborted'; readonly output: string }
  | { readonly kind: 'not-started'; readonly reason: string }

const OUTPUT_CHARS_MAX = 256 * 1024
const LINE_CHARS_MAX = 64 * 1024

/** Runs a program in its own process group and ends the whole group when it takes too long. */
export function runTool(run: ToolRun): Promise<ToolOutcome> {
  return new Promise((resolve) => {
    let child: ChildProcess
    try {
      child = (run.start ?? startPlainly)(run)
    } catch (error) {
      resolve({ kind: 'not-started', reason: (error as Error).message })
      return
    }
    if (child.pid !== undefined) {
      if (run.niceness !== undefined) lowerPriority(child.pid, run.niceness)
      run.onStart?.(child.pid)
    }
    let output = ''
    let cut: 'timed-out' | 'aborted' | undefined
    const end = (why: 'timed-out' | 'aborted'): void => {
      cut ??= why
      killGroup(child.pid)
    }
    const timer = setTimeout(() => end('timed-out'), run.timeoutMs)
    const abort = (): void => end('aborted')
    run.signal?.addEventListener('abort', abort)
    if (run.signal?.aborted) abort()
    const settle = (outcome: ToolOutcome): void => {
      clearTimeout(timer)
      run.signal?.removeEventListener('abort', abort)
      resolve(outcome)
    }
    for (const stream of [child.stdout!, child.stderr!]) {
      let rest = ''
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_CHARS_MAX)
        rest += text
        const end = rest.length > LINE_CHARS_MAX ? rest.length : rest.lastIndexOf('\n') + 1
        if (end > 0) run.onOutput?.(rest.slice(0, end))
        rest = rest.slice(end)
      })
      stream.on('end', () => {
        if (rest !== '') run.onOutput?.(rest)
      })
    }
    child.on('error', (error) => settle({ kind: 'not-started', reason: error.message }))
    // A grandchild that outlives the tool would hold the pipes open, and `close` would never come.
    child.on('exit', () => killGroup(child.pid))
    child.on('close', (code) => {
      settle(cut === undefined ? { kind: 'ended', code, output } : { kind: cut, output })
    })
  })
}

function startPlainly(run: ToolRun): ChildProcess {
  return spawn(run.command, run.args, {
    cwd: run.folder,
    env: run.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

/** What it starts has the same. */
function lowerPriority(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness)
  } catch {
    // It has ended already, or the system allows nobody less than ordinary priority.
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: everything in the group has already ended, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
