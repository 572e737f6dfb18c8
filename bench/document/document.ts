import type { Measured, Results } from '../results.ts'
import { figure } from './markdown.ts'
import { atRestText } from './sections/at-rest.ts'
import { coldStartText } from './sections/cold-start.ts'
import { cpuPerRequestText } from './sections/cpu-per-request.ts'
import { keyVerdictText } from './sections/key-verdict.ts'
import { startUpText } from './sections/start-up.ts'
import { warmLatencyText } from './sections/warm-latency.ts'
import { summaryOf } from './summary.ts'

/** The whole of `docs/benchmarks.md`. */
export function documentOf(results: Results): string {
  const { coldStart, warmLatency, atRest, cpuPerRequest, keyVerdicts } = results
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench`; changes by hand are lost with its next run. -->',
    introduction(results),
    summaryOf(results),
    readingText(),
    '## Start-up',
    startUpText(results.startUpMs),
    '## Cold start',
    coldStartText(coldStart),
    '## Warm latency',
    warmLatencyText(warmLatency),
    '## At rest',
    measuredText(atRest, atRestText),
    '## Processor time per request',
    measuredText(cpuPerRequest, cpuPerRequestText),
    '## From the key to the verdict',
    keyVerdictText(keyVerdicts),
  ].join('\n\n')}\n`
}

function introduction({ machine, day, tookSeconds }: Results): string {
  const versions = machine.versions.map(([name, version]) => `- ${name}: ${version}`)
  return `Measured by \`npm run bench\` on ${day}, in ${Math.round(tookSeconds)} s, on this machine:

- ${machine.processor}, ${machine.cores} cores, ${figure(machine.memoryBytes / 2 ** 30)} GiB of memory
- ${machine.kernel}
- load before the first measurement: ${machine.loadBefore.toFixed(2)}
${versions.join('\n')}`
}

function readingText(): string {
  return `A value is a median; the range after it goes from the least to the most of the rounds. Times of
another machine differ; what can be compared across machines are the ratios, because both sides of a
ratio were measured in turns, in the same minutes, on the same cores. A range wider than the difference
between two medians means that the two were not told apart. The command installs nothing, uses the
loopback interface only, and skips what the machine has no program for.`
}

function measuredText<T>(measured: Measured<T>, text: (value: T) => string): string {
  return measured.kind === 'measured' ? text(measured.value) : `Skipped: ${measured.reason}.`
}
