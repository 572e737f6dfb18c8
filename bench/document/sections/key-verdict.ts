import type { VerdictTimes } from '../../measures/key-verdict-process.ts'
import type { Measured } from '../../results.ts'
import { megabytes, spread, table, whole } from '../markdown.ts'

export function keyVerdictText(tables: readonly Measured<VerdictTimes>[]): string {
  const done = tables.flatMap((one) => (one.kind === 'measured' ? [one.value] : []))
  const skipped = tables.flatMap((one) => (one.kind === 'skipped' ? [one.reason] : []))
  return `The gateway's own \`authenticate\`, in a process by itself: from the value of \`X-API-Key\` to the verdict.
A hit is a key that opens the function; its digest is looked up, its expiry and its grant are checked.
A miss is well-formed and unknown. Malformed has the right form and length and a checksum that does not
hold, so nothing is hashed. Each round presents up to 100,000 different values, chosen from all over the
table in no order; the first round is not counted. Nanoseconds for one verdict, and what the table took of the
heap:

${table(
  ['keys', 'hit', 'miss', 'malformed', 'table MB'],
  done.map(({ keys, cases, tableBytes }) => [
    whole(keys),
    ...cases.map(({ ns }) => spread(ns)),
    megabytes(tableBytes),
  ]),
)}${skipped.map((reason) => `\n\nSkipped: ${reason}.`).join('')}`
}
