import { CounterSet, type MetricPart, single } from '../observability/metric-parts.ts'
import type { CallBatch } from './call-metrics.ts'
import { CallTotals } from './call-totals.ts'
import type { ThreadCounts } from './thread-metrics.ts'

const BATCHES_A_PRUNE = 256

/** What all gateway threads have counted since the process began, those that have ended included. */
export class GatewayMetrics {
  readonly #calls = new CallTotals()
  readonly #early = new CounterSet('unparsed')
  readonly #labels: () => ReadonlySet<string>
  #batches = 0
  #opened = 0
  #closed = 0
  #refused = 0

  /** @param labels - Of all functions that there are. */
  constructor(labels: () => ReadonlySet<string>) {
    this.#labels = labels
  }

  add(counts: ThreadCounts): void {
    if (counts.calls !== undefined) this.#addCalls(counts.calls)
    for (const [code, count] of counts.early ?? []) this.#early.add([code], count)
    this.#opened += counts.connectionsOpened ?? 0
    this.#closed += counts.connectionsClosed ?? 0
    this.#refused += counts.connectionsRefused ?? 0
  }

  /** Forgets functions that have been gone for a while. */
  prune(): void {
    this.#calls.prune(this.#labels(), performance.now())
  }

  #addCalls(calls: CallBatch): void {
    this.#calls.add(calls)
    this.#batches += 1
    // Where nobody scrapes, it is done here.
    if (this.#batches % BATCHES_A_PRUNE === 0) this.prune()
  }

  *parts(): Generator<MetricPart> {
    yield single('connections', this.#opened - this.#closed)
    yield single('accepted', this.#opened)
    yield single('refused', this.#refused)
    yield this.#early.part()
    yield* this.#calls.parts()
  }
}
