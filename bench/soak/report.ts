import { megabytes, table, whole } from '../document/markdown.ts'
import type { Machine } from '../tools/machine.ts'
import type { SoakReport } from './soak.ts'
import { ROLES, type Sample } from './watch.ts'

const ROWS_MAX = 16

/** The whole of `docs/soak.md`. */
export function soakText(
  report: SoakReport,
  machine: Machine,
  minutes: number,
  day: string,
): string {
  const { ledger, samples, endsRolesUntilSeconds } = report
  const requests = [...ledger.tallies].map(([kind, tally]) => [
    kind,
    whole(tally.answered),
    whole(tally.repeated),
    whole(tally.duringKill),
  ])
  // No peer takes part.
  const versions = machine.versions.slice(0, 2).map(([name, version]) => `- ${name}: ${version}`)
  return `# Soak

<!-- Written by \`npm run soak\`; changes by hand are lost with its next run. -->

\`npm run soak -- --minutes ${minutes}\` on ${day}: a real server with two gateway threads, a dozen callers that
keep their connections, and an operator, while functions and processes end as written below.

- ${machine.processor}, ${machine.cores} cores
- ${machine.kernel}
${versions.join('\n')}

${verdictText(report)}

## Requests

"Answered" is the answer that this request had to get, checked to the last byte. "Sent again" is what
every HTTP client does when a connection that it had kept open was closed before a byte of the answer.
"While down" failed because the data role had been killed a moment before.

${table(['request', 'answered', 'sent again', 'while down'], requests)}

## What was done to the server meanwhile

${table(
  ['disturbance', 'times'],
  [...ledger.disturbances].map(([name, times]) => [name, whole(times)]),
)}

Roles were killed during the first ${(endsRolesUntilSeconds / 60).toFixed(1)} minutes, and let live after that, so that the
rest shows how their memory goes on.

## Memory and descriptors

Private memory in MB, open descriptors in brackets; processes of the server, instances included.

${memoryTable(samples)}

Medians of the first and the last third of the time in which no role was killed:

${table(
  ['', 'first', 'last'],
  report.trends.map(({ name, unit, first, last }) => [
    name,
    unit === 'bytes' ? `${megabytes(first)} MB` : first,
    unit === 'bytes' ? `${megabytes(last)} MB` : last,
  ]),
)}
`
}

function verdictText({ ledger }: SoakReport): string {
  if (ledger.faultCount === 0) {
    return '**No fault**: every request was answered as it had to be, and nothing was left behind.'
  }
  const list = ledger.faults.map((fault) => `- ${fault}`).join('\n')
  return `**${ledger.faultCount} faults**:\n\n${list}`
}

function memoryTable(samples: readonly Sample[]): string {
  const step = Math.max(1, Math.ceil(samples.length / ROWS_MAX))
  const rows = samples.filter((_, i) => i % step === 0 || i === samples.length - 1)
  return table(
    ['minute', ...ROLES, 'processes'],
    rows.map((sample) => [
      (sample.seconds / 60).toFixed(1),
      ...ROLES.map((role) => {
        const { bytes, descriptors } = sample.roles[role]
        return `${megabytes(bytes)} (${descriptors})`
      }),
      sample.processes,
    ]),
  )
}
