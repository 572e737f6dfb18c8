import { forgetUsage } from '../store/usage-retention.ts'
import type { ControlDeps } from './deps.ts'

const EVERY_MS = 3_600_000

/** How many days usage is kept by the minute, by the hour and by the day, unless told. */
export const USAGE_KEPT_DAYS = { minute: 3, hour: 90, day: 730 } as const

/** Forgets old usage, at the start and every hour. */
export class UsageRetention {
  readonly #deps: ControlDeps
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: ControlDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#forget()
    this.#timer = setInterval(() => this.#forget(), EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#running
  }

  #forget(): void {
    const { store, logger, usageKeptDays = USAGE_KEPT_DAYS } = this.#deps
    this.#running = this.#running
      .then(() => forgetUsage(store, usageKeptDays, this.#stopping.signal))
      .catch((error) => logger.warn({ err: error }, 'old usage could not be forgotten'))
  }
}
