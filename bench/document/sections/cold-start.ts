import type { SummaryRow } from '../../measurement.ts'
import type { ColdStart } from '../../measures/cold-start.ts'
import { percentile, spreadOf } from '../../tools/statistics.ts'
import { figure, table } from '../markdown.ts'

export function coldStartText({ firstByteMs, withoutSpareMs, bareNodeMs }: ColdStart): string {
  const row = (name: string, times: readonly number[]) => {
    const { median, least, most } = spreadOf(times)
    return [name, times.length, ...[median, percentile(times, 99), least, most].map(figure)]
  }
  return `From a call with a key to the first byte of the answer, of functions that had been stopped for being
idle. The function counts its calls in a module variable and every answer was \`1\`: each was the first
of a new instance. The caller's connection was open before. One spare process is kept ready by default, and
the calls come far enough apart for it to be replaced; "without a spare" is what the second of two calls at
once waits, measured with \`LATCHKEY_SPARE_INSTANCES=0\`. Beside them, in turns, a Node process that
does nothing (\`node -e 0\`), from its start to its end: what the language itself costs here.

${table(
  ['', 'count', 'median ms', 'p99', 'least', 'most'],
  [
    row('call to first byte', firstByteMs),
    row('without a spare', withoutSpareMs),
    row('`node -e 0`', bareNodeMs),
  ],
)}

With fewer than 100 calls, p99 is the slowest.`
}

export function coldStartRows({ firstByteMs }: ColdStart): SummaryRow[] {
  const p99 = percentile(firstByteMs, 99)
  return [
    {
      what: 'Cold start, call to first byte, median',
      result: `${figure(spreadOf(firstByteMs).median)} ms`,
      goal: { name: 'cold start, median', values: [spreadOf(firstByteMs).median] },
    },
    {
      what: 'Cold start, call to first byte, p99',
      result: `${figure(p99)} ms`,
      goal: { name: 'cold start, p99', values: [p99] },
    },
  ]
}
