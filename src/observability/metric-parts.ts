import { METRICS } from './metrics.ts'

export type MetricKey = keyof typeof METRICS
export type LabelValue = string | number

/** A counter's or a gauge's value. Label values stand in the order of the metric's labels. */
export interface NumberSample {
  readonly labels: readonly LabelValue[]
  readonly value: number
}

export interface HistogramSample {
  readonly labels: readonly LabelValue[]
  /** One for each bound, not added up, and one beyond the last. */
  readonly buckets: ArrayLike<number>
  readonly sum: number
}

export type Sample = NumberSample | HistogramSample

/** Some samples of one metric. A process tells its numbers as a series of these. */
export interface MetricPart {
  readonly metric: MetricKey
  readonly samples: readonly Sample[]
}

/** A metric without labels. */
export function single(metric: MetricKey, value: number): MetricPart {
  return { metric, samples: [{ labels: [], value }] }
}

export function labelled(
  metric: MetricKey,
  samples: Iterable<readonly [labels: readonly LabelValue[], value: number]>,
): MetricPart {
  return { metric, samples: Array.from(samples, ([labels, value]) => ({ labels, value })) }
}

/** Counts up by label values. */
export class CounterSet {
  readonly #metric: MetricKey
  readonly #values = new Map<string, { labels: readonly LabelValue[]; value: number }>()

  /** @param known - Label values that are shown from the start, so that their first rise is seen. */
  constructor(metric: MetricKey, known: readonly (readonly LabelValue[])[] = []) {
    this.#metric = metric
    for (const labels of known) this.add(labels, 0)
  }

  add(labels: readonly LabelValue[], step = 1): void {
    const key = labels.join('\0')
    const kept = this.#values.get(key)
    if (kept === undefined) this.#values.set(key, { labels, value: step })
    else kept.value += step
  }

  part(): MetricPart {
    return { metric: this.#metric, samples: [...this.#values.values()] }
  }
}

/** Histograms of one metric by label values. */
export class HistogramSet {
  readonly #metric: MetricKey
  readonly #values = new Map<
    string,
    { labels: readonly LabelValue[]; buckets: number[]; sum: number }
  >()

  constructor(metric: MetricKey, known: readonly (readonly LabelValue[])[] = []) {
    this.#metric = metric
    for (const labels of known) this.#find(labels)
  }

  observe(labels: readonly LabelValue[], seconds: number): void {
    const { bounds } = METRICS[this.#metric]
    const kept = this.#find(labels)
    let bucket = 0
    while (bucket < bounds.length && seconds > bounds[bucket]!) bucket++
    kept.buckets[bucket] = kept.buckets[bucket]! + 1
    kept.sum += seconds
  }

  part(): MetricPart {
    return { metric: this.#metric, samples: [...this.#values.values()] }
  }

  #find(labels: readonly LabelValue[]) {
    const key = labels.join('\0')
    const kept = this.#values.get(key)
    if (kept !== undefined) return kept
    const buckets = new Array<number>(METRICS[this.#metric].bounds.length + 1).fill(0)
    const made = { labels, buckets, sum: 0 }
    this.#values.set(key, made)
    return made
  }
}
