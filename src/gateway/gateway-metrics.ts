import { type MetricPart, single } from '../observability/metric-parts.ts'
import { CallTotals } from './call-totals.ts'
import type { ThreadCounts } from './thread-metrics.ts'

/** What all gateway threads have counted since the process began, those that have ended included. */
export class GatewayMetrics {
  readonly #calls = new CallTotals()
  readonly #labels: () => ReadonlySet<string>
  #opened = 0
  #closed = 0
  #refused = 0

  /** @param labels - Of all functions that there are. */
  constructor(labels: () => ReadonlySet<string>) {
    this.#labels = labels
  }

  add(counts: ThreadCounts): void {
    this.#calls.add(counts.calls)
    this.#calls.prune(this.#labels(), performance.now())
    this.#opened += counts.connectionsOpened
    this.#closed += counts.connectionsClosed
    this.#refused += counts.connectionsRefused
  }

  *parts(): Generator<MetricPart> {
    yield single('connections', this.#opened - this.#closed)
    yield single('accepted', this.#opened)
    yield single('refused', this.#refused)
    yield* this.#calls.parts()
  }
}
