import { forgetEvents } from '../store/event-retention.ts'
import type { ControlDeps } from './deps.ts'

const EVERY_MS = 3_600_000
const KEPT_DAYS = 400

/** Forgets old events, at the start and every hour. */
export class EventRetention {
  readonly #deps: Pick<ControlDeps, 'store' | 'logger' | 'eventsDays'>
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Pick<ControlDeps, 'store' | 'logger' | 'eventsDays'>) {
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
    const { store, logger, eventsDays = KEPT_DAYS } = this.#deps
    this.#running = this.#running
      .then(() => forgetEvents(store, eventsDays, this.#stopping.signal))
      .catch((error) => logger.warn({ err: error }, 'old events could not be forgotten'))
  }
}
