import { SYSTEM_ACTOR } from '../domain/audit.ts'
import type { AttemptOutcome } from '../domain/delivery.ts'
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DueTarget,
  dueTargets,
  nextDeliveryAt,
} from '../store/delivery-claims.ts'
import { endAttempt, releaseDelivery } from '../store/delivery-ends.ts'
import { failWaiting, forgetDeliveries, freeLeases } from '../store/delivery-upkeep.ts'
import { setMailQueued } from '../store/webhook-deliveries.ts'
import { commit } from './commit.ts'
import { type SendingDeps, sendDelivery } from './delivery-sending.ts'
import { DeliverySlots } from './delivery-slots.ts'
import type { ControlDeps } from './deps.ts'
import { disable, NotEnabled } from './webhook-changes.ts'

export type DeliveryKind = 'webhook' | 'mail'
export type DeliveryResult = 'delivered' | 'retried' | 'failed'

export interface DeliveryWorkerDeps
  extends SendingDeps,
    Pick<ControlDeps, 'nodes' | 'propagationTimeoutMs' | 'logger'> {
  /** Told of each attempt. */
  readonly onDelivery?: ((kind: DeliveryKind, result: DeliveryResult) => void) | undefined
}

/** Other processes queue deliveries without a word to this one. Seldom: a query costs an idle server milliseconds. */
const LOOK_EVERY_MS = 15_000
const FORGET_EVERY_MS = 3_600_000
/** At the end, what is being sent gets so long before it is broken off and given back. */
const STOP_MS = 2_000

const UNSENT: AttemptOutcome = {
  kind: 'failed',
  status: null,
  error: 'The server could not send it; its log has the reason.',
  answer: '',
  durationMs: 0,
  retryAfterMs: null,
}

/**
 * Sends what is queued, from any number of processes on one store.
 *
 *   waiting, due -> leased, in one update -> sent -> delivered | waiting, later | failed
 *
 * Whoever ends between sending and the last step leaves the lease, which runs out: it is sent again, under
 * the same id. So each arrives at least once, and in no promised order.
 */
export class DeliveryWorker {
  readonly #deps: DeliveryWorkerDeps
  readonly #slots = new DeliverySlots()
  readonly #underWay = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #forgetTimer: NodeJS.Timeout | undefined
  #turns: Promise<unknown> = Promise.resolve()
  #isTurnQueued = false
  #isRunning = false

  constructor(deps: DeliveryWorkerDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#takeOver()
    this.#isRunning = true
    this.#forgetTimer = setInterval(() => this.#forget(), FORGET_EVERY_MS).unref()
    this.#forget()
    this.wake()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    clearTimeout(this.#timer)
    clearInterval(this.#forgetTimer)
    const cut = setTimeout(() => this.#stopping.abort(), STOP_MS)
    await this.#turns
    await Promise.all(this.#underWay)
    clearTimeout(cut)
    this.#stopping.abort()
    await this.#turns
  }

  /** Something was queued, or there is room again. */
  wake(): void {
    if (!this.#isRunning || this.#isTurnQueued) return
    clearTimeout(this.#timer)
    this.#isTurnQueued = true
    this.#turns = this.#turns.then(() => this.#turn())
  }

  /** Sends all that is due now and resolves when every attempt has ended. */
  async tick(): Promise<void> {
    while ((await this.#begin()) > 0) await Promise.all(this.#underWay)
  }

  /** Sends one that was claimed. */
  async deliver(delivery: ClaimedDelivery): Promise<void> {
    const { store, logger, onDelivery } = this.#deps
    const { signal } = this.#stopping
    const outcome = await sendDelivery(this.#deps, delivery, signal).catch((error: Error) => {
      // A mistake of ours: without an outcome it would be tried for ever, each time its lease runs out.
      // Of the error only its trace: an invalid URL is a member of the error that says so.
      logger.error({ delivery: delivery.id, trace: error.stack }, 'a delivery could not be sent')
      return UNSENT
    })
    if (signal.aborted && outcome.status === null) {
      await releaseDelivery(store.db, delivery, store.clock.now())
      return
    }
    const after = await store.db
      .transaction()
      .execute((trx) => endAttempt(trx, delivery, outcome, store.clock.now()))
    const result = after.kind === 'disable' ? 'failed' : after.kind
    onDelivery?.(delivery.recipient === null ? 'webhook' : 'mail', result)
    if (result === 'failed') logger.warn(logged(delivery, outcome), 'a notice was not delivered')
    if (after.kind === 'disable' && delivery.webhook !== null) {
      await this.#disable(delivery.webhook.id, delivery.projectId, after.reason)
    }
  }

  /** What a process before this one left behind. */
  async #takeOver(): Promise<void> {
    const { store, mailer } = this.#deps
    await store.db.transaction().execute(async (trx) => {
      const nowMs = store.clock.now()
      if (store.soleProcess) await freeLeases(trx, nowMs)
      await setMailQueued(trx, mailer !== undefined)
      if (mailer === undefined) await failWaiting(trx, null, nowMs)
    })
  }

  async #turn(): Promise<void> {
    this.#isTurnQueued = false
    let delayMs = LOOK_EVERY_MS
    try {
      await this.#begin()
      delayMs = await this.#untilNext()
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'deliveries could not be taken up')
    }
    if (!this.#isRunning) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), delayMs).unref()
  }

  /** Begins as much of what is due as there is room for. */
  async #begin(): Promise<number> {
    const { store, mailer } = this.#deps
    let begun = 0
    for (const target of await dueTargets(store.db, store.clock.now())) {
      if (this.#stopping.signal.aborted) break
      const free = this.#slots.free(target)
      if (free === 0 || (target.webhookId === null && mailer === undefined)) continue
      for (const delivery of await claimDeliveries(store, target.webhookId, free)) {
        this.#send(delivery, target)
        begun += 1
      }
    }
    return begun
  }

  #send(delivery: ClaimedDelivery, target: DueTarget): void {
    const giveBack = this.#slots.take(target)
    const ended = this.deliver(delivery)
      .catch((error: Error) => {
        // The lease runs out, and it is sent again.
        const { id } = delivery
        this.#deps.logger.error({ delivery: id, trace: error.stack }, 'a delivery broke off')
      })
      .finally(() => {
        giveBack()
        this.#underWay.delete(ended)
        this.wake()
      })
    this.#underWay.add(ended)
  }

  async #untilNext(): Promise<number> {
    const { db, clock } = this.#deps.store
    const nowMs = clock.now()
    const nextMs = await nextDeliveryAt(db, nowMs)
    return nextMs === undefined ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, nextMs - nowMs)
  }

  async #disable(id: string, projectId: number, reason: 'gone' | 'failing'): Promise<void> {
    try {
      await commit(this.#deps, { actor: SYSTEM_ACTOR }, (handle) =>
        disable(handle, projectId, id, reason),
      )
      this.#deps.logger.warn({ webhook: id, projectId, reason }, 'a webhook was disabled')
    } catch (error) {
      if (!(error instanceof NotEnabled)) throw error
    }
  }

  #forget(): void {
    const { store, logger } = this.#deps
    this.#turns = this.#turns
      .then(() => forgetDeliveries(store, this.#stopping.signal))
      .catch((error) => logger.warn({ err: error }, 'old deliveries could not be forgotten'))
  }
}

function logged({ id, type, webhook, projectId }: ClaimedDelivery, outcome: AttemptOutcome) {
  const { status, error } = outcome
  return { delivery: id, projectId, webhook: webhook?.id, type, status, error }
}
