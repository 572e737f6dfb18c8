import type { SummaryRow } from '../../measurement.ts'
import {
  type AtRest,
  corePercent,
  type RestingProcess,
  totalBytes,
} from '../../measures/at-rest.ts'
import { figure, megabytes, table } from '../markdown.ts'

export function atRestText(value: AtRest): string {
  return `A server with one function and one instance, which has answered; then nothing for ${value.idleSeconds} s.
One of the instances is the spare that is kept for the next cold start. \`PSS\` is the memory that a process
has, a page that n processes share counted as an n-th for each; the benchmark is itself a Node process and
takes its part of the pages of Node's own program. \`private\` is what the process has alone. Processor
time is that of the ${value.idleSeconds} s, in steps of 0.01 s.

${restingTable(value)}`
}

export function atRestRows(value: AtRest): SummaryRow[] {
  return [
    { what: 'Memory at rest, one instance included', result: `${megabytes(totalBytes(value))} MB` },
    {
      what: 'Processor at rest, one instance included',
      result: `${figure(corePercent(value))} % of a core`,
    },
  ]
}

export function restingTable({ processes }: AtRest): string {
  const row = (name: string, list: readonly RestingProcess[]) => [
    name,
    megabytes(sum(list, (one) => one.memory.shareBytes)),
    megabytes(sum(list, (one) => one.memory.privateBytes)),
    megabytes(sum(list, (one) => one.peakBytes)),
    sum(list, (one) => one.cpuSeconds).toFixed(2),
  ]
  return table(
    ['process', 'PSS MB', 'private MB', 'resident at most MB', 'processor s'],
    [...processes.map((one) => row(one.role, [one])), row('**all**', processes)],
  )
}

function sum(list: readonly RestingProcess[], of: (one: RestingProcess) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}
