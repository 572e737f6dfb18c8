import type { CpuPerRequest, CpuRound } from '../measures/cpu-per-request.ts'
import type { Results } from '../results.ts'
import { percentile, spreadOf } from '../tools/statistics.ts'
import { figure, megabytes, spread, table } from './markdown.ts'

/** The page's first table: a line for each measurement that was made. */
export function summaryOf(results: Results): string {
  const { startUpMs, coldStart, warmLatency, atRest, cpuPerRequest } = results
  const p50Us = spreadOf(warmLatency.latchkey.map((round) => round.p50Us)).median
  const p99Us = spreadOf(warmLatency.latchkey.map((round) => round.p99Us)).median
  const rows = [
    ['Start-up to the first 200 with a key', `${spread(startUpMs)} ms`],
    [
      'Cold start, call to first byte',
      `median ${figure(percentile(coldStart.firstByteMs, 50))} ms, p99 ${figure(percentile(coldStart.firstByteMs, 99))} ms`,
    ],
    ['Warm latency, one caller', `p50 ${figure(p50Us)} µs, p99 ${figure(p99Us)} µs`],
  ]
  if (atRest.kind === 'measured') {
    const { processes, idleSeconds } = atRest.value
    const bytes = processes.reduce((sum, one) => sum + one.memory.shareBytes, 0)
    const seconds = processes.reduce((sum, one) => sum + one.cpuSeconds, 0)
    rows.push(
      ['Memory at rest, one instance included', `${megabytes(bytes)} MB`],
      [`Processor time in ${idleSeconds} s at rest`, `${seconds.toFixed(2)} s`],
    )
  }
  if (cpuPerRequest.kind === 'measured') rows.push(...cpuRows(cpuPerRequest.value))
  return table(['measured', 'result'], rows)
}

function cpuRows({ stacks }: CpuPerRequest): string[][] {
  return stacks.map(({ name, rounds }) => [
    `Processor time per request, ${name} with its function`,
    `${spread(rounds.map(totalUs))} µs`,
  ])
}

export function totalUs(round: CpuRound): number {
  return round.proxyUs + round.functionUs
}

/** Of each round: how much more processor time a peer used than Latchkey did beside it. */
export function ratios(peer: readonly CpuRound[], latchkey: readonly CpuRound[]): number[] {
  return peer.map((round, i) => totalUs(round) / totalUs(latchkey[i]!))
}
