import type { ControlDeps } from './deps.ts'

const EVERY_MS = 3_600_000

export interface SweepOptions {
  /** Ends early, with what is left for the next time, once the signal is given. */
  readonly sweep: (signal: AbortSignal) => Promise<void>
  /** What is logged when it fails. */
  readonly failure: string
  readonly logger: Pick<ControlDeps['logger'], 'warn'>
}

/** Has old things forgotten, at the start and every hour. */
export class Sweep {
  readonly #options: SweepOptions
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: SweepOptions) {
    this.#options = options
  }

  start(): void {
    void this.run()
    this.#timer = setInterval(() => void this.run(), EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#running
  }

  /** Resolves when it is done, or has failed, which is logged; one at a time. */
  run(): Promise<void> {
    const { sweep, failure, logger } = this.#options
    this.#running = this.#running
      .then(() => sweep(this.#stopping.signal))
      .catch((error) => logger.warn({ err: error }, failure))
    return this.#running
  }
}
