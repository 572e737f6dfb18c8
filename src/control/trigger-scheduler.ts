import { callOfTrigger } from '../domain/trigger.ts'
import type { NodeCalls } from '../feed/node-calls.ts'
import type { Store } from '../store/open.ts'
import {
  type ClaimedRun,
  claimedBefore,
  claimTicks,
  endRun,
  nextTickAt,
} from '../store/trigger-runs.ts'
import type { ControlDeps } from './deps.ts'

export interface SchedulerOptions {
  readonly store: Store
  readonly calls: NodeCalls
  /** Of the gateway's URL: what functions see as the host they were called at. */
  readonly host: string
  readonly logger: ControlDeps['logger']
}

/** Another process may have made a trigger, or moved one. */
const LOOK_EVERY_MS = 15_000
/** Who claimed a run hands it over at once; after this it has ended, or could not. */
const ORPHANED_MS = 5_000
const RETRY_MS = 1_000
/** A run that no node has taken for so long is given up: the next tick may be near. */
const HAND_OVER_MS = 300_000

/**
 * Makes calls of the ticks of triggers.
 *
 *   next_run_at comes -> claimed, in the transaction that moves next_run_at on -> handed over
 *
 * A crash in between leaves the claimed run, which any process hands over later. Its call has an id made of
 * trigger and tick, so a node that has it already keeps it once.
 */
export class TriggerScheduler {
  readonly #options: SchedulerOptions
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isRunning = false

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  start(): void {
    this.#isRunning = true
    this.wake()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    clearTimeout(this.#timer)
    await this.#running
  }

  /** A trigger was made or changed, or is to be run now. */
  wake(): void {
    if (!this.#isRunning) return
    clearTimeout(this.#timer)
    this.#running = this.#running.then(() => this.#turn())
  }

  /** Does what is due now. Resolves with whether something is left that no node has taken. */
  async tick(): Promise<boolean> {
    const { store } = this.#options
    const claimed = await claimTicks(store)
    const orphans = await claimedBefore(store.db, store.clock.now() - ORPHANED_MS)
    let isLeft = false
    for (const run of [...claimed, ...orphans]) {
      if (!(await this.handOver(run))) isLeft = true
    }
    return isLeft
  }

  /** False when no node has taken it, and it stays claimed. */
  async handOver({ run, trigger, label, claimedAtMs }: ClaimedRun): Promise<boolean> {
    const { store, calls, host, logger } = this.#options
    const call = callOfTrigger(trigger, run.callId, { label, host })
    const outcome = await calls.submit(call).catch((error) => {
      logger.warn(
        { err: error, triggerId: trigger.id },
        'no data node has taken the run of a trigger',
      )
      return { kind: 'no-node' as const }
    })
    if (outcome.kind === 'accepted') {
      await endRun(store.db, run, 'handed-over', null)
      return true
    }
    if (store.clock.now() - claimedAtMs < HAND_OVER_MS) return false
    const reason = outcome.kind === 'no-node' ? 'no_data_node' : outcome.code
    await endRun(store.db, run, 'failed', reason)
    return true
  }

  async #turn(): Promise<void> {
    if (!this.#isRunning) return
    let delayMs = RETRY_MS
    try {
      const isLeft = await this.tick()
      if (!isLeft) delayMs = await this.#untilNext()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'triggers could not be run')
    }
    if (!this.#isRunning) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), delayMs).unref()
  }

  async #untilNext(): Promise<number> {
    const { db, clock } = this.#options.store
    const nextMs = await nextTickAt(db)
    if (nextMs === undefined) return LOOK_EVERY_MS
    return Math.min(LOOK_EVERY_MS, Math.max(0, nextMs - clock.now()))
  }
}
