import type { Section } from '../measurement.ts'
import type { Results } from '../results.ts'
import { figure } from './markdown.ts'
import { summaryOf } from './summary.ts'

/** The whole of `docs/benchmarks.md`. */
export function documentOf(results: Results): string {
  const { sections } = results
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench`; changes by hand are lost with its next run. -->',
    introduction(results),
    summaryOf(sections),
    readingText(),
    ...sections.flatMap((section) => [`## ${section.title}`, sectionText(section)]),
  ].join('\n\n')}\n`
}

function introduction({ machine, day, tookSeconds, command }: Results): string {
  const versions = machine.versions.map(([name, version]) => `- ${name}: ${version}`)
  return `Measured by \`${command}\` on ${day}, in ${Math.round(tookSeconds)} s, on this machine:

- ${machine.processor}, ${machine.cores} cores, ${figure(machine.memoryBytes / 2 ** 30)} GiB of memory
- ${machine.kernel}
- load before the first measurement: ${machine.loadBefore.toFixed(2)}
${versions.join('\n')}`
}

function readingText(): string {
  return `A value is a median; the range after it goes from the least to the most of the rounds. Times of
another machine differ; what can be compared across machines are the ratios, because both sides of a
ratio were measured in turns, in the same minutes, on the same cores. A range wider than the difference
between two medians means that the two were not told apart. A goal is held against the median; "not in
each round" means that some rounds say the contrary, so that the noise of the machine may have decided.
The command uses the loopback interface only, installs nothing but the packages of one peer below
\`bench/peers\`, and skips what the machine has no program for. One measurement alone:
\`npm run bench -- --only <name>\`, the name standing at the end of its section.`
}

function sectionText({ name, outcome }: Section): string {
  switch (outcome.kind) {
    case 'measured':
      return `${outcome.text}\n\n\`npm run bench -- --only ${name}\``
    case 'skipped':
      return `Skipped: ${outcome.reason}.`
    case 'failed':
      return `Not measured: ${outcome.error}`
  }
}
