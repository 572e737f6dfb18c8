import type { SummaryRow } from '../../measurement.ts'
import { type CpuRound, ratios } from '../../measures/cpu-per-request.ts'
import type { ManyFunctions, SteadyRound } from '../../measures/many-functions.ts'
import { spread, table, whole } from '../markdown.ts'
import { cpuTable } from './cpu-per-request.ts'

export function manyFunctionsText(value: ManyFunctions): string {
  const { functions, ratePerSecond, seconds, one, many, saturated } = value
  return `${whole(functions)} functions with ${ratePerSecond / functions} requests a second each, and one function with ${whole(ratePerSecond)} a second, on
two servers in turns: ${one.length} rounds of ${seconds} s, an open loop as above. Each function has one instance, a process of
its own, and all processes of a server share one core.

${table(
  ['', 'answers/s', 'p50 µs', 'p99 µs', 'processor µs a request'],
  [row('one function', one), row(`${whole(functions)} functions`, many)],
)}

A request of a function that is seldom called costs more, because nothing of it is gathered with others and
its process has to be woken. The same two servers asked for all that they can, by wrk, the functions called
in turn:

${cpuTable(saturated.stacks)}

${table(
  ['', 'requests/s'],
  saturated.stacks.map(({ name, rounds }) => [
    name,
    spread(rounds.map((round) => round.requestsPerSecond)),
  ]),
)}`
}

export function manyFunctionsRows({
  functions,
  one,
  many,
  saturated,
}: ManyFunctions): SummaryRow[] {
  const reached = many.map((round, i) => answersPerSecond(round) / answersPerSecond(one[i]!))
  const cost = many.map((round, i) => round.cpuUs / one[i]!.cpuUs)
  const [alone, together] = saturated.stacks
  const atMost = together!.rounds.map((round, i) => perSecond(round) / perSecond(alone!.rounds[i]!))
  const name = `${whole(functions)} functions / one`
  return [
    {
      what: `Answers at 10 requests/s each, ${name}`,
      result: spread(reached),
      goal: { name: 'throughput of 100 functions / one', values: reached },
    },
    { what: `Processor time at 10 requests/s each, ${name}`, result: spread(cost) },
    {
      what: `Answers when asked for all, ${name}`,
      result: spread(atMost),
      goal: { name: 'throughput of 100 functions / one', values: atMost },
    },
    {
      what: `Processor time when asked for all, ${name}`,
      result: spread(ratios(together!, alone!)),
    },
  ]
}

function row(name: string, rounds: readonly SteadyRound[]): string[] {
  return [
    name,
    spread(rounds.map(answersPerSecond)),
    spread(rounds.map((round) => round.result.sinceDue.p50Us)),
    spread(rounds.map((round) => round.result.sinceDue.p99Us)),
    spread(rounds.map((round) => round.cpuUs)),
  ]
}

function answersPerSecond({ result }: SteadyRound): number {
  return result.requests / result.seconds
}

function perSecond(round: CpuRound): number {
  return round.requestsPerSecond
}
