import { stepMs } from '../domain/usage-time.ts'
import { addInstances } from '../store/instances.ts'
import type { ControlDeps } from './deps.ts'

/** Once a minute, in its middle: the clocks of others who count need not agree to the second. */
const EVERY_MS = stepMs('minute')
const AT_MS = EVERY_MS / 2

/** Notes how many instances functions have, once a minute. While none has any, nothing is written. */
export class InstanceSampler {
  readonly #deps: Pick<ControlDeps, 'store' | 'nodes' | 'clock' | 'logger'>
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Pick<ControlDeps, 'store' | 'nodes' | 'clock' | 'logger'>) {
    this.#deps = deps
  }

  start(): void {
    const intoMs = this.#deps.clock.now() % EVERY_MS
    const inMs = intoMs < AT_MS ? AT_MS - intoMs : AT_MS + EVERY_MS - intoMs
    this.#timer = setTimeout(() => {
      this.#running = this.sample()
      this.start()
    }, inMs).unref()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#running
  }

  /** Resolves when it is done, or has failed, which is logged. */
  async sample(): Promise<void> {
    const { store, nodes, clock, logger } = this.#deps
    try {
      const status = await nodes.status()
      const counts = [...status].flatMap(([id, { total }]) =>
        total > 0 ? [[id, total] as const] : [],
      )
      if (counts.length > 0) await addInstances(store, new Map(counts), clock.now())
    } catch (error) {
      logger.warn({ err: error }, 'the instances of this minute could not be noted')
    }
  }
}
