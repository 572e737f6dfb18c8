import type { SummaryRow } from '../../measurement.ts'
import { spreadOf } from '../../tools/statistics.ts'
import { figure, spread, table } from '../markdown.ts'

export function startUpText(startUpMs: readonly number[]): string {
  const { median, least, most } = spreadOf(startUpMs)
  return `From the start of \`latchkey serve\` to the end of the first answer 200 that a call with a key got
through the gateway. The data directory and Node's compile cache are there from an earlier run; the
function is scaled to zero, so its first instance is started within this time. The caller tries again
every millisecond until it is answered.

${table(['runs', 'median ms', 'least', 'most'], [[startUpMs.length, figure(median), figure(least), figure(most)]])}`
}

export function startUpRows(startUpMs: readonly number[]): SummaryRow[] {
  return [{ what: 'Start-up to the first 200 with a key', result: `${spread(startUpMs)} ms` }]
}
