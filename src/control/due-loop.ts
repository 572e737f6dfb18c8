import type { Clock } from '../lib/clock.ts'
import type { ControlDeps } from './deps.ts'

export interface DueLoopOptions {
  /** Does what is due. Resolves with when the next is, milliseconds since the epoch; undefined when nothing is known of. */
  readonly turn: () => Promise<number | undefined>
  /** At the latest: the clock may jump, and other processes work on the same store. */
  readonly lookEveryMs: number
  /** After a turn that failed. */
  readonly retryMs: number
  /** What is logged then. */
  readonly failure: string
  readonly clock: Clock
  readonly logger: Pick<ControlDeps['logger'], 'error'>
}

/** Takes its turn at the start and whenever something may be due, one after the other. */
export class DueLoop {
  readonly #options: DueLoopOptions
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isRunning = false

  constructor(options: DueLoopOptions) {
    this.#options = options
  }

  start(): void {
    this.#isRunning = true
    this.#running = this.#turn()
  }

  /** Resolves when the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.#isRunning = false
    clearTimeout(this.#timer)
    await this.#running
  }

  async #turn(): Promise<void> {
    const { turn, retryMs, failure, logger } = this.#options
    let delayMs = retryMs
    try {
      delayMs = this.#until(await turn())
    } catch (error) {
      logger.error({ err: error }, failure)
    }
    if (!this.#isRunning) return
    this.#timer = setTimeout(() => {
      this.#running = this.#turn()
    }, delayMs).unref()
  }

  #until(nextMs: number | undefined): number {
    const { lookEveryMs, clock } = this.#options
    if (nextMs === undefined) return lookEveryMs
    return Math.min(lookEveryMs, Math.max(0, nextMs - clock.now()))
  }
}
