import type { Languages } from '../languages/languages.ts'
import type { Builder, BuildOutcome } from './builder.ts'

export interface PreparedBuilds extends Pick<Builder, 'build'> {
  /** Ends what is being fetched; the builds that wait for it fail. */
  close(): void
}

/**
 * The same builder, whose builds find their runtime in place: the one that the source's name stands for, fetched
 * where it is not there yet. What is done or said about that comes first in the build's log.
 */
export function preparedBuilds(
  builder: Pick<Builder, 'build'>,
  languages: Languages,
): PreparedBuilds {
  const closing = new AbortController()
  return {
    async build(source, onProgress) {
      const runtime = languages.resolve(source.runtime)
      // Its own sentence is the one to show.
      if (runtime === undefined) return builder.build(source, onProgress)
      let before = ''
      const tell = (line: string): void => {
        before += `${line}\n`
        onProgress?.(line)
      }
      if (runtime !== source.runtime) tell(`${source.runtime} is not here: it runs on ${runtime}.`)
      const language = languages.languageOf(runtime)
      const prepared = await language?.prepare?.(runtime, tell, closing.signal)
      if (prepared?.kind === 'failed') {
        tell(prepared.message)
        return { kind: 'failed', message: prepared.message, log: before }
      }
      return withLog(before, await builder.build({ ...source, runtime }, onProgress))
    },
    close: () => closing.abort(),
  }
}

function withLog(before: string, outcome: BuildOutcome): BuildOutcome {
  return { ...outcome, log: before + outcome.log }
}
