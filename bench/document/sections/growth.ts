import type { SummaryRow } from '../../measurement.ts'
import type { Growth, GrowthRound } from '../../measures/growth.ts'
import { spread, table, whole } from '../markdown.ts'

export function growthText(value: Growth): string {
  const { keysAChange, keysAtOnce, seconds, quiet, steadily, atOnce } = value
  return `A caller with a request each millisecond, over connections that stay open, while keys reach the node through the
feed. The benchmark feeds the node in control's place, as fast as it acknowledges: each change is on its
disk and in every thread before the next is sent. ${quiet.length} rounds of ${seconds} s in turns: nothing sent; changes of ${keysAChange}
keys; one change of ${whole(keysAtOnce)} keys. The gateway's event loop cannot have stood still for longer than the longest
answer took, counted from when its request was written. The server may use both cores, and shares them
with the caller and with what feeds it: compare with the first line.

${table(
  ['while', 'keys added, all rounds', 'p50 µs', 'p99 µs', 'longest answer of each round, ms'],
  [
    row('nothing is sent', quiet),
    row(`changes of ${keysAChange} keys come`, steadily),
    row(`a change of ${whole(keysAtOnce)} keys comes`, atOnce),
  ],
)}`
}

export function growthRows({
  keysAChange,
  quiet,
  steadily,
  atOnce,
  keysAtOnce,
}: Growth): SummaryRow[] {
  const of = (what: string, rounds: readonly GrowthRound[]): SummaryRow => {
    const values = rounds.map(longestMs)
    return {
      what: `Longest answer while ${what}`,
      result: `${spread(values)} ms`,
      goal: { name: 'stop of the event loop', values },
    }
  }
  return [
    {
      what: 'Longest answer while the table is quiet',
      result: `${spread(quiet.map(longestMs))} ms`,
    },
    of(`the table grows by ${keysAChange} keys at a time`, steadily),
    of(`the table grows by ${whole(keysAtOnce)} keys at once`, atOnce),
  ]
}

function row(name: string, rounds: readonly GrowthRound[]): string[] {
  return [
    name,
    whole(rounds.reduce((sum, round) => sum + round.keysAdded, 0)),
    spread(rounds.map((round) => round.result.sinceSent.p50Us)),
    spread(rounds.map((round) => round.result.sinceSent.p99Us)),
    spread(rounds.map(longestMs)),
  ]
}

function longestMs({ result }: GrowthRound): number {
  return result.sinceSent.mostUs / 1000
}
