import type { Builder, BuildOutcome } from '../build/builder.ts'

export type Builds = Pick<Builder, 'build'>
/** Undefined for a build that was broken off. */
type Result = BuildOutcome['kind'] | undefined

/**
 * The same builder, each of whose builds is watched.
 * @param begun is told the runtime of a build that begins; what it returns is told how that ended
 */
export function observedBuilds(
  builder: Builds,
  begun: (runtime: string) => (result: Result) => void,
): Builds {
  return {
    async build(source, onProgress) {
      const ended = begun(source.runtime)
      let result: Result
      try {
        const outcome = await builder.build(source, onProgress)
        result = outcome.kind
        return outcome
      } finally {
        ended(result)
      }
    },
  }
}
