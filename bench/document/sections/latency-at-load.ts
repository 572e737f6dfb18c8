import type { SummaryRow } from '../../measurement.ts'
import type { LatencyAtLoad, LatencyRound } from '../../measures/latency-at-load.ts'
import { NGINX } from '../../servers/compared-stacks.ts'
import { spreadOf } from '../../tools/statistics.ts'
import { spread, table, whole } from '../markdown.ts'

export function latencyAtLoadText(value: LatencyAtLoad): string {
  const { seconds, connections, share, stacks, floor } = value
  const rounds = stacks[0]!.rounds.length
  return `The stacks of the section before, each at ${100 * share} % of what it gave to wrk a moment earlier, ${rounds} rounds of
${seconds} s in turns after one to warm up. The load is an open loop: requests are due at a constant rate, whether or not
earlier ones were answered, over ${connections} connections that stay open, and the time of each runs from when it
was due, so that a server that stops for a moment is charged with every request of that moment. The load is
a Node process of the benchmark that never sleeps, on a core of its own.

${table(
  ['stack', 'requests/s', 'p50 µs', 'p99 µs', 'most µs', 'due to written, p99 µs'],
  [
    ...stacks.map(({ name, rounds }) => row(name, rounds)),
    ...(floor === undefined ? [] : [row("nginx alone, at Latchkey's rate", floor)]),
  ],
)}

"nginx alone" answers by itself, without a key and a function: what the load costs at that rate. "Due to written" is
how late a request left, because the load was busy or no connection was free; it is part of the other
columns.`
}

export function latencyAtLoadRows({ share, stacks }: LatencyAtLoad): SummaryRow[] {
  const [latchkey, ...peers] = stacks
  const nginx = peers.find(({ name }) => name === NGINX)
  const rows = stacks.map(({ name, rounds }) => ({
    what: `p99 at ${100 * share} % of saturation, ${name}`,
    result: `${spread(rounds.map(p99Us))} µs`,
  }))
  if (nginx === undefined) return rows
  const values = latchkey!.rounds.map((round, i) => p99Us(round) / p99Us(nginx.rounds[i]!))
  return [
    ...rows,
    {
      what: `p99 at ${100 * share} % of saturation, ${latchkey!.name} / ${nginx.name}`,
      result: spread(values),
      goal: { name: 'p99 at 70 % load, Latchkey / nginx', values },
    },
  ]
}

function row(name: string, rounds: readonly LatencyRound[]): string[] {
  return [
    name,
    whole(spreadOf(rounds.map((round) => round.ratePerSecond)).median),
    spread(rounds.map((round) => round.result.sinceDue.p50Us)),
    spread(rounds.map(p99Us)),
    spread(rounds.map((round) => round.result.sinceDue.mostUs)),
    spread(rounds.map((round) => round.result.late.p99Us)),
  ]
}

function p99Us(round: LatencyRound): number {
  return round.result.sinceDue.p99Us
}
