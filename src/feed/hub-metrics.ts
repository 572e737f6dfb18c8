import { HistogramSet, labelled, type MetricPart, single } from '../observability/metric-parts.ts'
import type { NodeStanding, Propagation } from './nodes.ts'

/** How changes get to the nodes. */
export class HubMetrics {
  readonly #propagation = new HistogramSet('propagation', [[]])
  #lagging = 0

  propagated({ laggards }: Propagation, ms: number): void {
    this.#propagation.observe([], ms / 1000)
    if (laggards.length > 0) this.#lagging += 1
  }

  *parts(revision: number, nodes: readonly NodeStanding[]): Generator<MetricPart> {
    yield this.#propagation.part()
    yield single('lagging', this.#lagging)
    yield single('committed', revision)
    yield labelled(
      'nodeConnected',
      nodes.map(({ name, isConnected }) => [[name], isConnected ? 1 : 0]),
    )
    // Of a node that has said nothing yet it is not known.
    const known = nodes.filter((node) => node.appliedRevision >= 0)
    yield labelled(
      'nodeBehind',
      known.map((node) => [[node.name], Math.max(0, revision - node.appliedRevision)]),
    )
  }
}
