/** Writes the table of docs/metrics.md from the table of metrics. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS, type Metric } from '../src/observability/metrics.ts'
import { replaceMarked } from './marked-part.ts'

const PATH = join(import.meta.dirname, '../docs/metrics.md')
const MARKS = {
  begin: '<!-- metrics: written by scripts/write-metrics-docs.ts -->',
  end: '<!-- end of metrics -->',
}

/** The page with its table made anew. */
export function renderMetricsPage(page: string): string {
  return replaceMarked(page, MARKS, `${renderTable()}\n`)
}

function renderTable(): string {
  const rows = Object.values(METRICS).map(({ name, type, labels, help }: Metric) => {
    const named = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${named} | ${help} |`
  })
  return ['| metric | type | labels | |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) writeFileSync(PATH, renderMetricsPage(readFileSync(PATH, 'utf8')))
