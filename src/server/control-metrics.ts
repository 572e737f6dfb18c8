import { statSync } from 'node:fs'
import type { Hub } from '../feed/hub.ts'
import {
  CounterSet,
  HistogramSet,
  labelled,
  type MetricPart,
  single,
} from '../observability/metric-parts.ts'
import { countWaiting, type Waiting } from '../store/delivery-upkeep.ts'
import type { Store } from '../store/open.ts'
import { countTasksByState } from '../store/tasks.ts'
import { type Builds, observedBuilds } from './observed-builds.ts'

const DELIVERY_LABELS = ['webhook', 'mail'].flatMap((kind) =>
  ['delivered', 'retried', 'failed'].map((result) => [kind, result]),
)

/** What is counted in the control role. */
export class ControlMetrics {
  readonly #builds = new HistogramSet('buildSeconds')
  readonly #api = new HistogramSet('apiSeconds')
  readonly #deliveries = new CounterSet('deliveries', DELIVERY_LABELS)

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

  delivered(kind: 'webhook' | 'mail', result: 'delivered' | 'retried' | 'failed'): void {
    this.#deliveries.add([kind, result])
  }

  async *parts(store: Store, hub: Hub, database: string): AsyncGenerator<MetricPart> {
    yield this.#builds.part()
    yield this.#api.part()
    yield* hub.metrics()
    yield labelled(
      'tasks',
      (await countTasksByState(store.db)).map(({ state, count }) => [[state], count]),
    )
    yield this.#deliveries.part()
    yield* waitingParts(await countWaiting(store.db), store.clock.now())
    yield single('databaseBytes', databaseBytes(database))
  }
}

function* waitingParts(waiting: Waiting, nowMs: number): Generator<MetricPart> {
  yield labelled('deliveriesWaiting', [
    [['webhook'], waiting.webhooks],
    [['mail'], waiting.mails],
  ])
  const { oldestAtMs } = waiting
  yield single('deliveryOldest', oldestAtMs === null ? 0 : Math.max(0, nowMs - oldestAtMs) / 1000)
}

/** On the disk, its log included. */
export function databaseBytes(path: string): number {
  return bytesOf(path) + bytesOf(`${path}-wal`)
}

/** 0 for a file that is not there. */
function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
