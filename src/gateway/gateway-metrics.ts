import { type MetricPart, single } from '../observability/metric-parts.ts'
import { CallTotals } from './call-totals.ts'
import type { ThreadCounts } from './thread-metrics.ts'

/** What all gateway threads have counted since the process began, those that have ended included. */
export class GatewayMetrics {
  readonly #calls = new CallTotals()
  readonly #isThere: (label: string) => boolean
  #opened = 0
  #closed = 0
  #refused = 0

  /** @param isThere - Whether there is a function with this label. */
  constructor(isThere: (label: string) => boolean) {
    this.#isThere = isThere
  }

  add(counts: ThreadCounts): void {
    this.#calls.add(counts.calls)
    this.#calls.prune(this.#isThere, performance.now())
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
