/**
 * `npm run soak [-- --minutes 30]`: mixed traffic with changes, deploys, crashes and kills; writes what
 * was seen to `docs/soak.md`. A shorter run than 30 minutes prints it only.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from '../tools/machine.ts'
import { soakText } from './report.ts'
import { soak } from './soak.ts'

const DOCUMENT = fileURLToPath(new URL('../../docs/soak.md', import.meta.url))
const WRITTEN_FROM_MINUTES = 30

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new TypeError('--minutes must be a number above 0')

const machine = await describeMachine()
let lastLineAt = 0
const report = await soak({
  seconds: minutes * 60,
  onSample(sample, ledger) {
    if (sample.seconds - lastLineAt < 30) return
    lastLineAt = sample.seconds
    const answered = [...ledger.tallies.values()].reduce((sum, tally) => sum + tally.answered, 0)
    process.stderr.write(`${sample.seconds} s: ${answered} answered, ${ledger.faultCount} faults\n`)
  },
})
const text = soakText(report, machine, minutes, new Date().toISOString().slice(0, 10))
if (minutes >= WRITTEN_FROM_MINUTES) writeFileSync(DOCUMENT, text)
process.stdout.write(text)
process.exitCode = report.ledger.faultCount === 0 ? 0 : 1
