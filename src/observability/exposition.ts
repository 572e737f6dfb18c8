import { createRequire } from 'node:module'
import type * as Client from 'prom-client'
import { nextTurn } from '../lib/next-turn.ts'
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

/** The samples of all parts by metric, in the table's order; a metric without samples is left out. */
export async function renderExposition(
  parts: Iterable<MetricPart>,
  format: ExpositionFormat,
): Promise<Exposition> {
  const registry = new Registry<Client.RegistryContentType>()
  if (format === 'openmetrics') registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const samples = Map.groupBy(parts, (part) => part.metric)
  const texts: string[] = []
  for (const key of Object.keys(METRICS) as MetricKey[]) {
    const some = samples.get(key)?.flatMap((part) => part.samples)
    if (some === undefined || some.length === 0) continue
    const metric = METRICS[key]
    // OpenMetrics names the family without the ending that its samples have.
    const name = format === 'openmetrics' ? familyName(metric) : metric.name
    registry.registerMetric(collected(metric, name, some))
    texts.push(await registry.getSingleMetricAsString(name))
    registry.removeSingleMetric(name)
    // Ten thousand functions make some hundred thousand lines.
    await nextTurn()
  }
  const end = format === 'openmetrics' ? '\n# EOF\n' : '\n'
  return { contentType: registry.contentType, body: texts.join('\n') + end }
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
