import { createRequire } from 'node:module'
import type * as Client from 'prom-client'
import type { HistogramSample, MetricKey, MetricPart, Sample } from './metric-parts.ts'
import { METRICS, type Metric } from './metrics.ts'

// The library's own entry brings 15 MB with it, most of it for measuring the process that loads it.
const Registry = createRequire(import.meta.url)(
  'prom-client/lib/registry',
) as typeof Client.Registry

export type ExpositionFormat = 'text' | 'openmetrics'

export interface Exposition {
  readonly contentType: string
  readonly body: string
}

/** One line of the exposition, as the library takes it. */
interface Line {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly sharedLabels?: Readonly<Record<string, string | number>>
  readonly metricName?: string
}

/**
 * An exposition in the making. Each part becomes text at once, some milliseconds of work: what ten thousand
 * functions have to tell, as objects all at a time, would be hundreds of megabytes.
 */
export class ExpositionText {
  readonly #format: ExpositionFormat
  readonly #registry = new Registry<Client.RegistryContentType>()
  readonly #texts = new Map<MetricKey, string[]>()
  #rendering: Promise<void> = Promise.resolve()

  constructor(format: ExpositionFormat) {
    this.#format = format
    if (format === 'openmetrics') this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  }

  add(part: MetricPart): void {
    if (part.samples.length === 0) return
    this.#rendering = this.#rendering.then(() => this.#render(part))
  }

  /** Of another one in the same format. */
  async addAll(other: ExpositionText): Promise<void> {
    await Promise.all([this.#rendering, other.#rendering])
    for (const [metric, texts] of other.#texts) this.#textsOf(metric).push(...texts)
  }

  /** The metrics in the table's order; one that has no sample is left out. */
  async end(): Promise<Exposition> {
    await this.#rendering
    const families = (Object.keys(METRICS) as MetricKey[]).flatMap((metric) => {
      const texts = this.#texts.get(metric)
      return texts === undefined ? [] : [texts[0]!, ...texts.slice(1).map(withoutHead)]
    })
    const end = this.#format === 'openmetrics' ? '# EOF\n' : ''
    return { contentType: this.#registry.contentType, body: `${families.join('\n')}\n${end}` }
  }

  async #render({ metric, samples }: MetricPart): Promise<void> {
    const definition = METRICS[metric]
    // OpenMetrics names the family without the ending that its samples have.
    const name = this.#format === 'openmetrics' ? familyName(definition) : definition.name
    this.#registry.registerMetric(collected(definition, name, samples))
    this.#textsOf(metric).push(await this.#registry.getSingleMetricAsString(name))
    this.#registry.removeSingleMetric(name)
  }

  #textsOf(metric: MetricKey): string[] {
    const texts = this.#texts.get(metric) ?? []
    this.#texts.set(metric, texts)
    return texts
  }
}

export async function renderExposition(
  parts: Iterable<MetricPart>,
  format: ExpositionFormat,
): Promise<Exposition> {
  const text = new ExpositionText(format)
  for (const part of parts) text.add(part)
  return text.end()
}

/** A family's help and type stand once, before its samples. */
function withoutHead(text: string): string {
  return text.slice(text.indexOf('\n', text.indexOf('\n') + 1) + 1)
}

function familyName({ type, name }: Metric): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name
}

/** What the library asks of a metric: its values when it is rendered. */
function collected(
  { help, type, labels, bounds }: Metric,
  name: string,
  samples: readonly Sample[],
): Client.Metric {
  const get = () => ({
    name,
    help,
    type,
    values: samples.flatMap((sample): Line | Line[] => {
      const own = Object.fromEntries(labels.map((label, i) => [label, sample.labels[i]!]))
      return 'value' in sample
        ? { value: sample.value, labels: own }
        : histogramLines(name, sample, own, bounds)
    }),
  })
  return { name, get } as unknown as Client.Metric
}

function histogramLines(
  name: string,
  { buckets, sum }: HistogramSample,
  sharedLabels: NonNullable<Line['sharedLabels']>,
  bounds: readonly number[],
): Line[] {
  const lines: Line[] = []
  let count = 0
  for (let i = 0; i <= bounds.length; i++) {
    count += buckets[i]!
    const labels = { le: bounds[i] ?? '+Inf' }
    lines.push({ metricName: `${name}_bucket`, labels, sharedLabels, value: count })
  }
  lines.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum })
  lines.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: count })
  return lines
}
