import type { SummaryRow } from '../../measurement.ts'
import type { Burst, BurstRound } from '../../measures/burst.ts'
import { counts, spread, table, whole } from '../markdown.ts'

export function burstText({ requests, maxInstances, workMs, rounds }: Burst): string {
  const row = (name: string, of: (round: BurstRound) => number, write = counts) => [
    name,
    write(rounds.map(of)),
  ]
  return `${whole(requests)} requests with a key at the same moment, each on a connection of its own that was open before,
to a function that had been scaled to zero. The function works for ${workMs} ms, so that one instance is not
enough, and may have ${maxInstances} (\`max_instances\`). It answers with a name of its own, and writes a line to its log when
it is loaded: answers tell how many instances served, the log how many were started. ${rounds.length} rounds.

${table(
  ['', 'in a round'],
  [
    row('answers other than 200', (round) => round.errors),
    row('instances that answered', (round) => round.instances),
    row('instances that were started', (round) => round.started),
    row('first answer ms', (round) => round.firstAnswerMs, spread),
    row('last answer ms', (round) => round.lastAnswerMs, spread),
  ],
)}`
}

export function burstRows({ requests, maxInstances, rounds }: Burst): SummaryRow[] {
  const name = `${whole(requests)} requests at once, no instance`
  const errors = rounds.map((round) => round.errors)
  const over = rounds.map((round) => Math.max(0, round.started - maxInstances))
  const perInstance = rounds.map((round) => round.loads / Math.max(1, round.started))
  return [
    {
      what: `${name}: answers other than 200`,
      result: counts(errors),
      goal: { name: 'errors of a burst', values: errors },
    },
    {
      what: `${name}: instances over max_instances`,
      result: counts(over),
      goal: { name: 'instances over the most that are allowed', values: over },
    },
    {
      what: `${name}: starts of each instance`,
      result: counts(perInstance),
      goal: { name: 'starts of an instance', values: perInstance },
    },
  ]
}
