import { describe, expect, it } from 'vitest'
import { renderExposition } from '../../src/observability/exposition.ts'
import {
  CounterSet,
  HistogramSet,
  labelled,
  type MetricPart,
  single,
} from '../../src/observability/metric-parts.ts'
import { METRICS } from '../../src/observability/metrics.ts'
import { parseExposition, sumOf } from '../helpers/exposition.ts'

const builds = new HistogramSet('buildSeconds')
builds.observe(['nodejs26', 'built'], 0.05)
builds.observe(['nodejs26', 'built'], 0.3)
builds.observe(['nodejs26', 'built'], 9999)
const ends = new CounterSet('ends', [['idle'], ['crashed']])
ends.add(['idle'])
ends.add(['idle'])

const PARTS: MetricPart[] = [
  single('keys', 3),
  labelled('tasks', [
    [['FINISHED'], 1],
    [['a "quoted"\\ \n state'], 2],
  ]),
  builds.part(),
  ends.part(),
  labelled('up', [[['control'], 1]]),
  labelled('up', [[['data'], 0]]),
]

describe('the exposition', () => {
  it('has one family for each metric, whatever parts its samples came in', async () => {
    const { contentType, body } = await renderExposition(PARTS, 'text')
    const families = parseExposition(body)
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(sumOf(families, 'latchkey_keys')).toBe(3)
    expect(families.get('latchkey_up')!.series.map(({ value }) => value)).toEqual([1, 0])
    expect(sumOf(families, 'latchkey_instance_ends_total', { reason: 'idle' })).toBe(2)
    expect(sumOf(families, 'latchkey_instance_ends_total', { reason: 'crashed' })).toBe(0)
  })

  it('keeps whatever a label holds', async () => {
    const { body } = await renderExposition(PARTS, 'text')
    const state = 'a "quoted"\\ \n state'
    expect(sumOf(parseExposition(body), 'latchkey_tasks', { state })).toBe(2)
  })

  it('adds up buckets, a value on a bound being below it', async () => {
    const { body } = await renderExposition(PARTS, 'text')
    const families = parseExposition(body)
    const below = (le: string) => sumOf(families, 'latchkey_build_duration_seconds_bucket', { le })
    expect([below('0.05'), below('0.25'), below('0.5'), below('300'), below('+Inf')]).toEqual([
      1, 1, 2, 2, 3,
    ])
    expect(sumOf(families, 'latchkey_build_duration_seconds_sum')).toBeCloseTo(9999.35)
  })

  it('says the same in OpenMetrics', async () => {
    const { contentType, body } = await renderExposition(PARTS, 'openmetrics')
    const families = parseExposition(body)
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(body.endsWith('\n# EOF\n')).toBe(true)
    expect(families.get('latchkey_instance_ends')!.type).toBe('counter')
    expect(sumOf(families, 'latchkey_instance_ends_total', { reason: 'idle' })).toBe(2)
  })

  it('leaves out metrics that have no sample', async () => {
    const { body } = await renderExposition([labelled('tasks', []), single('keys', 1)], 'text')
    expect([...parseExposition(body).keys()]).toEqual(['latchkey_keys'])
  })
})

describe('the metrics', () => {
  const all = Object.values(METRICS)

  it('have names of their own that say their unit and type', () => {
    // OpenMetrics names a counter's family without the ending.
    const families = all.map(({ name }) => name.replace(/_total$/, ''))
    expect(new Set(families).size).toBe(all.length)
    for (const { name, type, bounds } of all) {
      expect(name).toMatch(/^(latchkey|process)_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      if (type === 'histogram') expect(name).toMatch(/_seconds$/)
      expect(bounds).toEqual([...bounds].sort((a, b) => a - b))
    }
  })

  it('have no label for what a caller sends, nor for keys', () => {
    const labels = new Set(all.flatMap(({ labels }) => [...labels]))
    for (const label of ['path', 'url', 'host', 'address', 'key', 'key_id', 'key_name', 'le']) {
      expect(labels).not.toContain(label)
    }
  })
})
