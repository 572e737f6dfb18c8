import type { SummaryRow } from '../../measurement.ts'
import type { Revocation } from '../../measures/revocation.ts'
import { percentile } from '../../tools/statistics.ts'
import { figure, table, whole } from '../markdown.ts'

export function revocationText({
  callers,
  answeredMs,
  callsAfter,
  passedAfter,
}: Revocation): string {
  return `${whole(answeredMs.length)} keys, one after the other, each used by ${callers} callers on connections that stay open, spread over all
gateway threads, while it is deleted through the REST API. The time runs from the DELETE to its answer,
by which the change is durable in the database, on the node's disk and in all threads. Callers go on:
${whole(callsAfter)} calls were sent after the answer, ${whole(passedAfter)} of them passed.

${table(
  ['keys', 'DELETE answered, p50 ms', 'p99', 'most'],
  [[answeredMs.length, ...[50, 99, 100].map((percent) => figure(percentile(answeredMs, percent)))]],
)}`
}

export function revocationRows({ answeredMs, callsAfter, passedAfter }: Revocation): SummaryRow[] {
  return [
    {
      what: 'DELETE of a key in use, answered',
      result: `p50 ${figure(percentile(answeredMs, 50))} ms, p99 ${figure(percentile(answeredMs, 99))} ms`,
    },
    {
      what: `Calls let through after the answer, of ${whole(callsAfter)}`,
      result: whole(passedAfter),
      goal: { name: 'calls let through after a revocation', values: [passedAfter] },
    },
  ]
}
