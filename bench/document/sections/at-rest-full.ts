import type { SummaryRow } from '../../measurement.ts'
import { corePercent, totalBytes } from '../../measures/at-rest.ts'
import type { AtRestFull, FullStarts } from '../../measures/at-rest-full.ts'
import { figure, megabytes, spread, table, whole } from '../markdown.ts'
import { restingTable } from './at-rest.ts'

export function atRestFullText({ keys, functions, ownCopy, fromControl }: AtRestFull): string {
  const row = (name: string, { firstAnswerMs }: FullStarts) => [name, spread(firstAnswerMs)]
  return `${whole(keys)} keys with two grants each and ${whole(functions)} functions scaled to zero, written to the database with the
store's own code before the server starts. A start is timed as above, from \`latchkey serve\` to the whole
first answer 200, ${ownCopy.firstAnswerMs.length} times each: from the node's own copy on its disk, as any start but the first, and with
that copy removed, so that control reads everything from the database and sends it.

${table(
  ['start', 'first 200, ms'],
  [row("from the node's own copy", ownCopy), row('everything from control', fromControl)],
)}

At rest, ${ownCopy.atRest.idleSeconds} s, after a start from the node's own copy; the instance is the spare:

${restingTable(ownCopy.atRest)}

The same after control had sent everything:

${restingTable(fromControl.atRest)}`
}

export function atRestFullRows({
  keys,
  functions,
  ownCopy,
  fromControl,
}: AtRestFull): SummaryRow[] {
  const size = `${whole(keys)} keys, ${whole(functions)} functions at zero`
  const bytes = totalBytes(ownCopy.atRest)
  const percent = corePercent(ownCopy.atRest)
  const seconds = ownCopy.firstAnswerMs.map((ms) => ms / 1000)
  return [
    {
      what: `Memory at rest, ${size}`,
      result: `${megabytes(bytes)} MB`,
      goal: { name: 'memory at rest, full', values: [bytes / 1e6] },
    },
    {
      what: `Processor at rest, ${size}`,
      result: `${figure(percent)} % of a core`,
      goal: { name: 'processor at rest, full', values: [percent] },
    },
    {
      what: `Start to the first 200, ${size}`,
      result: `${spread(seconds)} s`,
      goal: { name: 'first 200 of a start, full', values: seconds },
    },
    {
      what: 'The same with an empty disk of the node',
      result: `${spread(fromControl.firstAnswerMs.map((ms) => ms / 1000))} s`,
    },
  ]
}
