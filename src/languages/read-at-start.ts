import type { Languages } from './languages.ts'

const PROBE = 'latchkey-probe'

/**
 * Those of the names that a runtime takes from the environment of its process, where a listing of
 * processes shows them. Without a runtime: those of which any runtime of this machine does so.
 */
export function namesReadAtStart(
  languages: Languages,
  names: readonly string[],
  runtime: string | null,
): readonly string[] {
  if (names.length === 0) return []
  const runtimes =
    runtime === null
      ? Object.values(languages.runtimes()).flat()
      : [languages.resolve(runtime) ?? runtime]
  const envs = Object.fromEntries(names.map((name) => [name, PROBE]))
  const found = new Set<string>()
  for (const one of runtimes) {
    const spec = { runtime: one, memoryMb: 128, envs, folder: '/', entry: 'handler' }
    const environment = languages.languageOf(one)?.start(spec).environment ?? {}
    for (const name of names) if (environment[name] === PROBE) found.add(name)
  }
  return [...found]
}
