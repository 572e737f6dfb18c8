import type { FirstUse } from '../domain/key-rotation.ts'
import type { KeyAddress, LastUse, UsageRow } from '../domain/usage.ts'
import { UsageTally } from '../domain/usage-tally.ts'
import { backoffMs } from '../lib/backoff.ts'
import { type Deferred, deferred, withTimeout } from '../lib/deferred.ts'
import { newId } from '../lib/ids.ts'
import { unixHttp } from '../lib/unix-http.ts'
import type { Logger } from '../observability/logger.ts'
import { deliveryWire, type UsageDelivery } from './usage-delivery.ts'
import { UsageFile } from './usage-file.ts'

/** Control writes a delivery in one transaction, in which it does nothing else. */
const ROWS_PER_DELIVERY = 250
/** About 30 MB at most while control is away. */
const ROWS_KEPT = 50_000
/** All threads flush at the same moment: what they send becomes one delivery. */
const GATHER_MS = 50
/** Those of earlier runs cannot be added up any more: control may have any of them. */
const DELIVERIES_LEFT_MAX = 600
const ANSWER_TIMEOUT_MS = 5_000
const RETRY = { firstMs: 200, longestMs: 5_000 }
/** How long a stop waits for control to take what is left. */
const STOP_TIMEOUT_MS = 2_000

export interface UsageSenderOptions {
  readonly controlSocketPath: string
  readonly nodeName: string
  /** Where deliveries wait for the next run. */
  readonly filePath: string
  readonly logger: Pick<Logger, 'warn' | 'error' | 'debug'>
  readonly rowsKept?: number
}

/**
 * A node's end of the accounting: adds up what its threads count and brings it to control, each
 * delivery once. With nothing to send it does nothing.
 *
 *   threads -> tally -> deliveries (numbered, in order) -> control
 *                          |
 *                        file, while control does not take them
 */
export class UsageSender {
  readonly #options: UsageSenderOptions
  readonly #tally: UsageTally
  readonly #file: UsageFile
  readonly #boot = newId()
  #sequence = 0
  /** The first may have been taken by control already. Their contents are as the file has them, if there is one. */
  #deliveries: UsageDelivery[] = []
  #isOnDisk = false
  #news: Deferred<void> = deferred()
  /** There is something that shall not wait for more to come. */
  #urgent: Deferred<void> = deferred()
  #stopping: Deferred<void> = deferred()
  #isStopping = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: UsageSenderOptions) {
    this.#options = options
    this.#tally = new UsageTally(options.rowsKept ?? ROWS_KEPT)
    this.#file = new UsageFile(options.filePath)
  }

  /** Takes up what the last run left. */
  start(): void {
    try {
      const left = this.#file.load()
      this.#deliveries = left.slice(-DELIVERIES_LEFT_MAX)
      if (left.length > DELIVERIES_LEFT_MAX) {
        this.#options.logger.error('control was away for too long: the oldest usage is lost')
      }
      this.#isOnDisk = this.#deliveries.length > 0
    } catch (error) {
      this.#options.logger.error({ err: error }, 'usage that waited for control is lost')
    }
    this.#running = this.#run()
  }

  add(
    rows: Iterable<UsageRow>,
    lastUses: Iterable<LastUse>,
    addresses: Iterable<KeyAddress> = [],
  ): void {
    for (const row of rows) this.#tally.add(row)
    for (const use of lastUses) this.#tally.addLastUse(use)
    for (const address of addresses) this.#tally.addAddress(address)
    this.#news.resolve()
  }

  /** The time of an old secret depends on it: it is sent at once. */
  addFirstUse(use: FirstUse): void {
    this.#tally.addFirstUse(use)
    this.#urgent.resolve()
    this.#news.resolve()
  }

  /** Sends what is there; what control does not take within a moment waits on disk for the next run. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopping.resolve()
    this.#urgent.resolve()
    this.#news.resolve()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      if (this.#deliveries.length === 0) {
        await this.#news.promise
        await withTimeout(this.#urgent.promise, GATHER_MS, undefined)
      }
      this.#news = deferred()
      this.#urgent = deferred()
      await this.#deliver()
    }
    await this.#deliverLast()
  }

  /** Until control has everything, or the node stops. */
  async #deliver(): Promise<void> {
    for (let attempt = 0; !this.#isStopping; ) {
      if (this.#deliveries.length === 0) await this.#cut()
      if (this.#deliveries.length === 0) return
      if (await this.#send(this.#deliveries[0]!)) {
        this.#deliveries.shift()
        attempt = 0
        continue
      }
      await this.#keep()
      await this.#pause(backoffMs(attempt++, RETRY))
    }
  }

  async #deliverLast(): Promise<void> {
    const giveUpAtMs = performance.now() + STOP_TIMEOUT_MS
    for (;;) {
      if (this.#deliveries.length === 0) await this.#cut()
      const [next] = this.#deliveries
      if (next === undefined) return
      const leftMs = giveUpAtMs - performance.now()
      if (leftMs <= 0 || !(await this.#send(next, leftMs))) return await this.#keep()
      this.#deliveries.shift()
    }
  }

  /** All of the file has been taken: it goes before anything that is not in it gets a number. */
  async #cut(): Promise<void> {
    if (this.#isOnDisk) await this.#file.remove()
    this.#isOnDisk = false
    if (!this.#tally.isEmpty) this.#deliveries = [this.#nextDelivery()]
  }

  #nextDelivery(): UsageDelivery {
    this.#sequence += 1
    const taken = this.#tally.take(ROWS_PER_DELIVERY)
    return {
      node: this.#options.nodeName,
      boot: this.#boot,
      sequence: this.#sequence,
      ...taken,
    }
  }

  /**
   * Writes to disk what has come since, behind the delivery that control may have taken. The others of
   * this run were never sent: they are added up with the news, so that a long wait does not grow.
   */
  async #keep(): Promise<void> {
    if (this.#isOnDisk && this.#tally.isEmpty) return
    const settled = this.#deliveries.filter((d, i) => i === 0 || d.boot !== this.#boot)
    for (const delivery of this.#deliveries.slice(settled.length)) this.#tally.addAll(delivery)
    const first = settled.at(-1)!
    this.#sequence = first.boot === this.#boot ? first.sequence : 0
    this.#deliveries = settled
    while (!this.#tally.isEmpty) this.#deliveries.push(this.#nextDelivery())
    try {
      await this.#file.save(this.#deliveries)
      this.#isOnDisk = true
    } catch (error) {
      this.#options.logger.error({ err: error }, 'usage that waits for control cannot be kept')
      // What it holds no longer agrees with the numbers.
      await this.#file.remove()
      this.#isOnDisk = false
    }
  }

  /** Whether it is done with: control has it, or will never have it. */
  async #send(delivery: UsageDelivery, timeoutMs = ANSWER_TIMEOUT_MS): Promise<boolean> {
    const { controlSocketPath, logger } = this.#options
    try {
      const response = await unixHttp({
        socketPath: controlSocketPath,
        method: 'POST',
        path: '/v1/usage',
        body: deliveryWire(delivery),
        timeoutMs: Math.max(1, Math.min(timeoutMs, ANSWER_TIMEOUT_MS)),
      })
      response.resume()
      const status = response.statusCode
      if (status === 204) return true
      if (status !== 400) throw new Error(`control answered ${status}`)
      logger.error({ sequence: delivery.sequence }, 'control cannot read usage, which is lost')
      return true
    } catch (error) {
      logger.debug({ err: error }, 'control does not take usage; trying again')
      return false
    }
  }

  async #pause(ms: number): Promise<void> {
    await withTimeout(this.#stopping.promise, ms, undefined)
  }
}
