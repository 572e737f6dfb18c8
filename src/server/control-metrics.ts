import { statSync } from 'node:fs'
import type { Hub } from '../feed/hub.ts'
import { HistogramSet, labelled, type MetricPart, single } from '../observability/metric-parts.ts'
import type { Store } from '../store/open.ts'
import { countTasksByState } from '../store/tasks.ts'
import { type Builds, observedBuilds } from './observed-builds.ts'

/** What is counted in the control role. */
export class ControlMetrics {
  readonly #builds = new HistogramSet('buildSeconds')
  readonly #api = new HistogramSet('apiSeconds')

  /** The same builder, each of whose builds is measured. */
  watch(builder: Builds): Builds {
    return observedBuilds(builder, (runtime) => {
      const startedAtMs = performance.now()
      return (result) => {
        const seconds = (performance.now() - startedAtMs) / 1000
        this.#builds.observe([runtime, result ?? 'broken-off'], seconds)
      }
    })
  }

  /** @param route - With the names of its parameters, empty when there is none. */
  answered(method: string, route: string, status: number, ms: number): void {
    this.#api.observe([method, route, status], ms / 1000)
  }

  async *parts(store: Store, hub: Hub, database: string): AsyncGenerator<MetricPart> {
    yield this.#builds.part()
    yield this.#api.part()
    yield* hub.metrics()
    yield labelled(
      'tasks',
      (await countTasksByState(store.db)).map(({ state, count }) => [[state], count]),
    )
    yield single('databaseBytes', bytesOf(database) + bytesOf(`${database}-wal`))
  }
}

/** 0 for a file that is not there. */
function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
