import { GOALS, type Goal, judge } from '../goals.ts'
import type { Section, SummaryRow } from '../measurement.ts'
import { table } from './markdown.ts'

/** The page's first table: every result beside its goal, where it has one. */
export function summaryOf(sections: readonly Section[]): string {
  const rows = sections.flatMap(({ outcome }) => (outcome.kind === 'measured' ? outcome.rows : []))
  return table(
    ['measured', 'result', 'goal', ''],
    rows.map((row) => [row.what, row.result, ...goalCells(row)]),
  )
}

function goalCells({ goal: held }: SummaryRow): [string, string] {
  if (held === undefined) return ['', '']
  const goal: Goal = GOALS[held.name]
  const { judgement, divided } = judge(goal, held.values)
  const verdict = judgement === 'met' ? 'met' : '**missed**'
  return [goalText(goal), divided ? `${verdict}, not in each round` : verdict]
}

function goalText({ comparison, limit, unit }: Goal): string {
  return `${comparison} ${limit.toLocaleString('en')}${unit === '' ? '' : ` ${unit}`}`
}
