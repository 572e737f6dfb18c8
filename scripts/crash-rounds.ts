/** `npm run crash`: kills the server while keys are written, again and again, and looks for losses. */
import { parseArgs } from 'node:util'
import { crashRounds } from '../test/helpers/crash-rounds.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } })
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new TypeError('--rounds must be a whole number above 0')

const report = await crashRounds(rounds, (round, { created, deleted }) => {
  if (round % 10 === 0)
    console.log(`round ${round}: ${created} keys acknowledged, ${deleted} deletions`)
})
for (const fault of report.faults) console.error(fault)
console.log(
  `${report.rounds} rounds, ${report.created} keys and ${report.deleted} deletions acknowledged, ${report.faults.length} faults`,
)
process.exitCode = report.faults.length === 0 ? 0 : 1
