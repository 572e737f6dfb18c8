export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly series: Series[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/
const VALUE = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/

/**
 * Reads Prometheus' text format, or OpenMetrics where it ends with `# EOF`, and throws on what a scraper
 * might stumble over: a family told twice, a series told twice, samples of another family, buckets
 * that do not add up.
 */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  const isOpenMetrics = text.endsWith('\n# EOF\n')
  let help: string[] | undefined
  let family: Family | undefined
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const lines = (isOpenMetrics ? text.slice(0, -'# EOF\n'.length) : text).slice(0, -1).split('\n')
  for (const line of lines) {
    if (line.startsWith('# HELP ')) {
      help = line.slice(7).split(/ (.*)/, 2)
    } else if (line.startsWith('# TYPE ')) {
      const [name = '', type = ''] = line.slice(7).split(' ')
      if (help?.[0] !== name || !NAME.test(name)) throw new Error(`no help before ${line}`)
      if (families.has(name)) throw new Error(`${name} is told twice`)
      family = { name, type, help: help[1]!, series: [] }
      families.set(name, family)
    } else {
      const series = parseSample(line)
      const key = JSON.stringify([series.name, Object.entries(series.labels).sort()])
      if (seen.has(key)) throw new Error(`told twice: ${line}`)
      seen.add(key)
      if (family === undefined || !isOf(family, series, isOpenMetrics))
        throw new Error(`of another family: ${line}`)
      family.series.push(series)
    }
  }
  for (const one of families.values()) if (one.type === 'histogram') checkHistogram(one)
  return families
}

function parseSample(line: string): Series {
  const [, name, inner = '', written] = SAMPLE.exec(line) ?? []
  if (name === undefined || !VALUE.test(written!)) throw new Error(`not a sample: ${line}`)
  const labels: Record<string, string> = {}
  for (let rest = inner; rest !== ''; ) {
    const [all, label, value] = LABEL.exec(rest) ?? []
    if (all === undefined || label! in labels) throw new Error(`not labels: ${line}`)
    labels[label!] = value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
    rest = rest.slice(all.length)
  }
  return { name, labels, value: Number(written!.replace('Inf', 'Infinity')) }
}

function isOf({ name, type }: Family, series: Series, isOpenMetrics: boolean): boolean {
  return endingsOf(type, isOpenMetrics).some((ending) => series.name === name + ending)
}

function endingsOf(type: string, isOpenMetrics: boolean): string[] {
  if (type === 'histogram') return ['_bucket', '_sum', '_count']
  if (type === 'counter' && isOpenMetrics) return ['_total']
  if (type === 'counter' || type === 'gauge') return ['']
  throw new Error(`no type: ${type}`)
}

function checkHistogram({ name, series }: Family): void {
  const groups = Map.groupBy(series, ({ labels: { le, ...rest } }) => JSON.stringify(rest))
  for (const [labels, some] of groups) {
    const buckets = some.filter((one) => one.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels: { le } }) => Number(le!.replace('Inf', 'Infinity')))
    const counts = buckets.map(({ value }) => value)
    const count = some.find((one) => one.name === `${name}_count`)?.value
    const isAscending = (list: number[], least: number) =>
      list.every((one, i) => i === 0 || one - list[i - 1]! >= least)
    if (!isAscending(bounds, 1e-9) || bounds.at(-1) !== Number.POSITIVE_INFINITY)
      throw new Error(`bounds of ${name} ${labels}: ${bounds}`)
    if (!isAscending(counts, 0) || counts.at(-1) !== count)
      throw new Error(`counts of ${name} ${labels}: ${counts}, ${count}`)
    if (!some.some((one) => one.name === `${name}_sum`)) throw new Error(`no sum of ${name}`)
  }
}

/** The sum of all series of a metric that have these labels. */
export function sumOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count|total)$/, ''))
  const fitting = (family?.series ?? []).filter(
    (series) =>
      series.name === name && Object.entries(labels).every(([l, v]) => series.labels[l] === v),
  )
  return fitting.reduce((sum, { value }) => sum + value, 0)
}
