/** Writes the table of docs/metrics.md from the table of metrics. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS, type Metric } from '../src/observability/metrics.ts'

const PATH = join(import.meta.dirname, '../docs/metrics.md')
const BEGIN = '<!-- metrics: written by scripts/write-metrics-docs.ts -->'
const END = '<!-- end of metrics -->'

/** The page with its table made anew. */
export function renderMetricsPage(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PATH} has lost its marks`)
  return `${before}${BEGIN}\n\n${renderTable()}\n\n${END}${after}`
}

function renderTable(): string {
  const rows = Object.values(METRICS).map(({ name, type, labels, help }: Metric) => {
    const named = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${named} | ${help} |`
  })
  return ['| metric | type | labels | |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) writeFileSync(PATH, renderMetricsPage(readFileSync(PATH, 'utf8')))
