import type { SummaryRow } from '../../measurement.ts'
import type { LanguageNumbers } from '../../measures/languages.ts'
import { percentile, spreadOf } from '../../tools/statistics.ts'
import { figure, megabytes, spread, table } from '../markdown.ts'

export function languagesText(languages: readonly LanguageNumbers[]): string {
  return `The same functions in every language that this machine has, each language on a server of its own with the
default settings. Cold start: from a call with a key to the first byte of the answer, of functions that
had been stopped for being idle, as above. Warm: processor time of the instance alone for each request for
a hello, 32 connections, one instance; the gateway's own is the same for all. Memory: everything that
belongs to one idle instance after that load, shim and sandbox, shared pages counted by their share (PSS).

${table(
  ['', 'cold start ms', 'p99', 'without a spare', 'warm µs', 'idle MB'],
  languages.map((one) => [
    `${one.title} (\`${one.runtime}\`)`,
    spread(one.coldStartMs),
    figure(percentile(one.coldStartMs, 99)),
    spread(one.withoutSpareMs),
    one.functionUs.length === 0 ? 'not measured' : spread(one.functionUs),
    megabytes(one.idleBytes),
  ]),
)}

Builds, from the request that creates the function to the end of its task, the trial of the version
included, in seconds. "First" is the first of its kind on this server: the tools have nothing cached, and
a dependency is fetched from its registry. The others are of other code with the same dependency.

${table(
  ['', 'hello, first', 'hello', 'one dependency, first', 'one dependency'],
  languages.map((one) => [
    one.title,
    figure(one.firstBuildMs / 1000),
    seconds(one.buildMs),
    figure(one.firstDependencyBuildMs / 1000),
    seconds(one.dependencyBuildMs),
  ]),
)}`
}

export function languagesRows(languages: readonly LanguageNumbers[]): SummaryRow[] {
  return languages.flatMap(({ title, coldStartMs, dependencyBuildMs }) => {
    const median = spreadOf(coldStartMs).median
    const what = `Cold start of ${title}, call to first byte, median`
    const result = `${figure(median)} ms`
    const isPython = title === 'Python'
    const built = Math.max(...dependencyBuildMs) / 1000
    return [
      isPython
        ? {
            what,
            result,
            goal: { name: 'cold start of Python, median' as const, values: [median] },
          }
        : { what, result },
      {
        what: `Deployment of other code with the same dependency, ${title}, longest`,
        result: `${figure(built)} s`,
        goal: { name: 'deployment with known dependencies' as const, values: [built] },
      },
    ]
  })
}

function seconds(times: readonly number[]): string {
  return spread(times.map((ms) => ms / 1000))
}
