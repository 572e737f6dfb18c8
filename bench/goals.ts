import { spreadOf } from './tools/statistics.ts'

/** A number that the project has set itself. */
export interface Goal {
  readonly limit: number
  readonly comparison: 'at most' | 'less than' | 'at least'
  /** Empty for a ratio or a count. */
  readonly unit: string
}

/** Every goal that the benchmark can decide; the first table of the page shows each beside its result. */
export const GOALS = {
  'cold start, median': { limit: 15, comparison: 'at most', unit: 'ms' },
  'cold start, p99': { limit: 60, comparison: 'at most', unit: 'ms' },
  'cold start of Python, median': { limit: 25, comparison: 'at most', unit: 'ms' },
  'deployment with known dependencies': { limit: 2, comparison: 'less than', unit: 's' },
  'errors of a burst': { limit: 0, comparison: 'at most', unit: '' },
  'instances over the most that are allowed': { limit: 0, comparison: 'at most', unit: '' },
  'starts of an instance': { limit: 1, comparison: 'at most', unit: '' },
  'memory at rest, full': { limit: 200, comparison: 'less than', unit: 'MB' },
  'processor at rest, full': { limit: 0.5, comparison: 'less than', unit: '% of a core' },
  'first 200 of a start, full': { limit: 2, comparison: 'at most', unit: 's' },
  'processor of an idle pool': { limit: 0, comparison: 'at most', unit: 's' },
  'processor time, nginx / Latchkey': { limit: 2, comparison: 'at least', unit: '' },
  'processor time, Fastify / Latchkey': { limit: 4, comparison: 'at least', unit: '' },
  'p99 at 70 % load, Latchkey / nginx': { limit: 1, comparison: 'at most', unit: '' },
  // A pointer to it would take as much; V8 takes and gives millions of bytes at a time.
  'memory of a wrong key': { limit: 8, comparison: 'less than', unit: 'bytes' },
  // What is counted of calls is written now and then, by the block.
  'disk traffic of a wrong key': { limit: 0.1, comparison: 'less than', unit: 'bytes' },
  'p99 beside wrong keys / alone': { limit: 1.1, comparison: 'at most', unit: '' },
  'throughput of 100 functions / one': { limit: 0.95, comparison: 'at least', unit: '' },
  'cost with 10 thousand functions / one': { limit: 1.05, comparison: 'at most', unit: '' },
  'cost with a million keys / one': { limit: 1.05, comparison: 'at most', unit: '' },
  'verdict, 1 thousand keys': { limit: 2_000, comparison: 'less than', unit: 'ns' },
  'verdict, 10 million keys': { limit: 2_000, comparison: 'less than', unit: 'ns' },
  'load of a million keys': { limit: 3, comparison: 'less than', unit: 's' },
  'memory of a key': { limit: 200, comparison: 'less than', unit: 'bytes' },
  'stop of the event loop': { limit: 5, comparison: 'at most', unit: 'ms' },
  'calls let through after a revocation': { limit: 0, comparison: 'at most', unit: '' },
} satisfies Record<string, Goal>

export type GoalName = keyof typeof GOALS

export interface Judged {
  readonly judgement: 'met' | 'missed'
  /** Whether some rounds say the contrary: the two were not told apart. */
  readonly divided: boolean
}

/** The median decides. @throws RangeError without values */
export function judge(goal: Goal, values: readonly number[]): Judged {
  const met = holds(goal, spreadOf(values).median)
  return {
    judgement: met ? 'met' : 'missed',
    divided: values.some((value) => holds(goal, value) !== met),
  }
}

function holds({ limit, comparison }: Goal, value: number): boolean {
  switch (comparison) {
    case 'at most':
      return value <= limit
    case 'less than':
      return value < limit
    case 'at least':
      return value >= limit
  }
}
