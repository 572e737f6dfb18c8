import { closeSync, rmSync } from 'node:fs'
import { signalGroup } from './process-group.ts'
import type { ShimCommand, StartedShim } from './spawn.ts'
import { StartBackoff } from './start-backoff.ts'

export interface SpareKindOptions {
  /** How many spares are kept. */
  readonly size: number
  /** False while a start is under way: the answer that it was made for goes first. */
  mayStart(): boolean
  start(command: ShimCommand): StartedShim
  /** A spare ended by itself, or could not be started. */
  onFailure(error: Error): void
}

interface Spare {
  readonly shim: StartedShim
  readonly gone: Promise<void>
  /** From here on its end is somebody else's business. */
  release(): void
}

/** So that starts which follow each other closely are not slowed by spares. */
const REFILL_DELAY_MS = 20

/** The spares of one program. */
export class SpareKind {
  readonly #options: SpareKindOptions
  /** Oldest first: the one that has had most time to get ready is taken first. */
  readonly #spares: Spare[] = []
  readonly #leaving = new Set<Promise<void>>()
  readonly #backoff = new StartBackoff()
  #wanted: ShimCommand | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: SpareKindOptions) {
    this.#options = options
  }

  /** How many wait. */
  get count(): number {
    return this.#spares.length
  }

  /** What a start is likely to ask for, as long as none has. */
  expect(command: ShimCommand): void {
    if (this.#wanted !== undefined) return
    this.#wanted = command
    this.refillSoon()
  }

  /** A spare that was started just so, if there is one; it is the caller's from here on. */
  take(command: ShimCommand): StartedShim | undefined {
    if (this.#wanted !== undefined && !isSame(command, this.#wanted)) this.#endAll()
    this.#wanted = command
    const spare = this.#spares.shift()
    spare?.release()
    return spare?.shim
  }

  /** Starts what is missing, unless a start is under way: its end calls this again. */
  refillSoon(): void {
    if (this.#closed || this.#timer !== undefined || !this.#options.mayStart()) return
    if (this.#wanted === undefined || this.#spares.length >= this.#options.size) return
    const waitMs = Math.max(REFILL_DELAY_MS, this.#backoff.retryAtMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#options.mayStart()) return
      this.#refill(this.#wanted!)
      this.refillSoon()
    }, waitMs).unref()
  }

  /** Ends all spares and keeps none from now on. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#endAll()
    await Promise.all(this.#leaving)
  }

  #refill(command: ShimCommand): void {
    try {
      this.#spares.push(this.#watch(this.#options.start(command)))
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  #watch(shim: StartedShim): Spare {
    const { child, control } = shim
    const gone = Promise.withResolvers<void>()
    const onEnd = (reason: Error): void => {
      release()
      removeTraces(shim)
      gone.resolve()
      const index = this.#spares.indexOf(spare)
      if (index < 0) return
      this.#spares.splice(index, 1)
      this.#failed(reason)
    }
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      onEnd(new Error(`a spare instance ended by itself (${signal ?? `exit code ${code}`})`))
    }
    const onError = (error: Error): void => {
      if (child.pid === undefined) onEnd(error)
    }
    const onControlError = (): void => {
      // The process has ended: its exit follows.
    }
    const release = (): void => {
      child.off('exit', onExit)
      child.off('error', onError)
      control.off('error', onControlError)
    }
    child.on('exit', onExit)
    child.on('error', onError)
    control.on('error', onControlError)
    const spare: Spare = { shim, gone: gone.promise, release }
    return spare
  }

  #failed(error: Error): void {
    this.#backoff.failed(performance.now())
    this.#options.onFailure(error)
    this.refillSoon()
  }

  #endAll(): void {
    for (const { shim, gone } of this.#spares.splice(0)) {
      if (shim.child.pid !== undefined) signalGroup(shim.child.pid, 'SIGKILL')
      this.#leaving.add(gone)
      void gone.then(() => this.#leaving.delete(gone))
    }
  }
}

function removeTraces({ stdout, stderr, control, marker, cgroup, folder }: StartedShim): void {
  stdout.destroy()
  stderr.destroy()
  control.destroy()
  closeSync(marker)
  cgroup?.remove()
  rmSync(folder, { recursive: true, force: true })
}

function isSame(a: ShimCommand, b: ShimCommand): boolean {
  if (a.memoryMb !== b.memoryMb || a.network !== b.network) return false
  return a.command === b.command && a.args.join('\0') === b.args.join('\0')
}
