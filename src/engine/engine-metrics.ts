import type { Route } from '../domain/routes.ts'
import { ByFunction } from '../observability/by-function.ts'
import {
  CounterSet,
  HistogramSet,
  labelled,
  type MetricPart,
  single,
} from '../observability/metric-parts.ts'
import { END_REASONS, type EndReason } from './ending.ts'
import type { InstanceState } from './instance.ts'

/** What a function's instances do now. */
export interface FunctionNow {
  readonly route: Route
  readonly states: ReadonlyMap<InstanceState, number>
  readonly inFlight: number
  readonly queued: number
}

/** What is counted of instances since the process began. */
export class EngineMetrics {
  readonly #starts = new ByFunction(() => ({ ready: 0, failed: 0 }))
  readonly #startSeconds = new HistogramSet('startSeconds', [['true'], ['false']])
  readonly #ends = new CounterSet(
    'ends',
    END_REASONS.map((reason) => [reason]),
  )

  ready(route: Route, hadSpare: boolean, ms: number): void {
    this.#starts.find(route).ready += 1
    this.#startSeconds.observe([String(hadSpare)], ms / 1000)
  }

  failed(route: Route): void {
    this.#starts.find(route).failed += 1
  }

  ended(reason: EndReason): void {
    this.#ends.add([reason])
  }

  /** @param there - The labels of all functions that there are. */
  *parts(
    functions: readonly FunctionNow[],
    spares: number,
    there: ReadonlySet<string>,
  ): Generator<MetricPart> {
    this.#starts.prune(there, performance.now())
    const starts = this.#starts
      .all()
      .flatMap(({ labels, value: { ready, failed } }) => [
        [[...labels, 'ready'], ready] as const,
        [[...labels, 'failed'], failed] as const,
      ])
    yield labelled('starts', starts)
    yield this.#startSeconds.part()
    yield this.#ends.part()
    yield single('spares', spares)
    const states = functions.flatMap(({ route, states }) =>
      Array.from(states, ([state, count]) => [[...labelsOf(route), state], count] as const),
    )
    yield labelled('instances', states)
    const inFlight = functions.map((one) => [labelsOf(one.route), one.inFlight] as const)
    yield labelled('inFlight', inFlight)
    const queued = functions.map((one) => [labelsOf(one.route), one.queued] as const)
    yield labelled('queued', queued)
  }
}

function labelsOf({ projectId, regionId, namespace, name }: Route) {
  return [projectId, regionId, namespace, name]
}
