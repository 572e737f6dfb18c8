import type { SummaryRow } from '../../measurement.ts'
import type { Revocation, RevocationPlace } from '../../measures/revocation.ts'
import { percentile } from '../../tools/statistics.ts'
import { figure, table, whole } from '../markdown.ts'

const PERCENTS = [50, 90, 99, 100] as const

export function revocationText({ callers, places }: Revocation): string {
  const after = places.reduce((sum, { callsAfter }) => sum + callsAfter, 0)
  const passed = places.reduce((sum, { passedAfter }) => sum + passedAfter, 0)
  return `${whole(places[0]!.answeredMs.length)} keys in each place, one after the other, each used by ${callers} callers on connections that stay
open, spread over all gateway threads of all data nodes, while it is deleted through the REST API. \`answered\`
runs from the DELETE to its answer, by which the change is durable in the database and on each node's disk, and in
force in all threads. \`last passed\` runs from the DELETE to the moment at which the last call was sent that
was let through. One data node is the server as it is started without settings; three are processes of their own
on the same machine, which shares its cores among them and the callers. Callers go on: ${whole(after)} calls were sent
after the answers, ${whole(passed)} of them passed.

${table(
  ['data nodes, what', 'p50 ms', 'p90', 'p99', 'most'],
  places.flatMap((place) => [
    row(place, 'answered', place.answeredMs),
    row(place, 'last passed', place.lastPassedMs),
  ]),
)}`
}

function row({ nodes }: RevocationPlace, what: string, values: readonly number[]) {
  return [`${nodes}, ${what}`, ...PERCENTS.map((percent) => figure(percentile(values, percent)))]
}

export function revocationRows({ places }: Revocation): SummaryRow[] {
  return places.flatMap(({ nodes, answeredMs, callsAfter, passedAfter }) => {
    const where = nodes === 1 ? 'one data node' : `${nodes} data nodes`
    return [
      {
        what: `DELETE of a key in use on ${where}, answered`,
        result: `p50 ${figure(percentile(answeredMs, 50))} ms, p99 ${figure(percentile(answeredMs, 99))} ms`,
      },
      {
        what: `Calls let through after the answer on ${where}, of ${whole(callsAfter)}`,
        result: whole(passedAfter),
        goal: { name: 'calls let through after a revocation' as const, values: [passedAfter] },
      },
    ]
  })
}
