import type { AtRest, RestingProcess } from '../../measures/at-rest.ts'
import { megabytes, table } from '../markdown.ts'

export function atRestText({ idleSeconds, processes }: AtRest): string {
  const row = (name: string, list: readonly RestingProcess[]) => [
    name,
    megabytes(sum(list, (one) => one.memory.shareBytes)),
    megabytes(sum(list, (one) => one.memory.privateBytes)),
    sum(list, (one) => one.cpuSeconds).toFixed(2),
  ]
  return `A fresh server with one function and one instance, which answered one call; then nothing for ${idleSeconds} s.
\`PSS\` is the memory that a process has, a page that n processes share counted as an n-th for each;
the benchmark is itself a Node process and takes its part of the pages of Node's own program.
\`private\` is what the process has alone. Processor time is that of the ${idleSeconds} s, in steps of 0.01 s.

${table(
  ['process', 'PSS MB', 'private MB', 'processor s'],
  [...processes.map((one) => row(one.role, [one])), row('**all**', processes)],
)}`
}

function sum(list: readonly RestingProcess[], of: (one: RestingProcess) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}
