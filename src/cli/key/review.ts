import type {
  KeyFindingKindChoices,
  KeyFindingSerializer,
  KeyReviewListSerializer,
} from '../../client/types.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, outputWidth, table } from '../table.ts'

interface ReviewFlags extends ApiFlags {
  readonly days: number
  readonly oldAfter: number
  readonly kind?: readonly KeyFindingKindChoices[]
  readonly limit?: number
  readonly offset?: number
}

interface Line extends KeyFindingSerializer {
  /** Empty but in the first line of each key. */
  readonly key: string
}

const COLUMNS: readonly Column<Line>[] = [
  { title: 'KEY', value: (line) => line.key },
  { title: 'FINDING', value: (line) => line.kind },
  { title: 'WHAT', value: (line) => line.message, flexible: true },
]

export async function reviewKeys(flags: ReviewFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const { days, oldAfter: secret_days, kind, limit, offset } = flags
  const answer = await client.keys.reviews(scope, { days, secret_days, kind, limit, offset })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) note(`Nothing was found of the last ${answer.days} days.`)
  else print(table(COLUMNS, linesOf(answer), outputWidth()))
  if (count > results.length) {
    note(`${results.length} of ${count} keys; see --limit and --offset.`)
  }
  noteEnded(answer)
}

function linesOf({ results }: KeyReviewListSerializer): Line[] {
  return results.flatMap(({ key, findings }) =>
    findings.map((finding, i) => ({ ...finding, key: i === 0 ? key.name : '' })),
  )
}

function noteEnded({ ended: { disabled, expired } }: KeyReviewListSerializer): void {
  if (disabled + expired === 0) return
  note(
    `Not looked at: ${disabled} disabled and ${expired} expired keys; see --kind disabled expired.`,
  )
}
