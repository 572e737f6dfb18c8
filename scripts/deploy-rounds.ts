/** `npm run deploys`: deploys a function under load, again and again, and looks at every answer. */
import { parseArgs } from 'node:util'
import { deployRounds } from '../test/helpers/deploy-rounds.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '200' } } })
const count = Number(values.count)
if (!Number.isInteger(count) || count < 1)
  throw new TypeError('--count must be a whole number above 0')

const report = await deployRounds(count, (done) => {
  if (done % 20 === 0) console.log(`${done} deployments`)
})
for (const fault of report.faults) console.error(fault)
const ms = (value: number) => `${Math.round(value)} ms`
console.log(
  `${report.deploys} deployments (median ${ms(report.medianDeployMs)}, longest ${ms(report.longestDeployMs)}), ${report.requests} requests (longest ${ms(report.longestRequestMs)}), ${report.faults.length} faults`,
)
process.exitCode = report.faults.length === 0 ? 0 : 1
