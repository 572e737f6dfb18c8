import { type RuntimeAliases, type RuntimeDetail, resolveRuntime } from '../domain/runtime.ts'
import { findGo } from './go.ts'
import { findJava } from './java.ts'
import type { Language, LanguageOptions } from './language.ts'
import { findNodejs } from './nodejs.ts'
import { findPython } from './python.ts'

/** The languages of this machine. */
export interface Languages {
  /** Runtime names by language family: `{nodejs: ['nodejs26']}`. */
  runtimes(): Readonly<Record<string, readonly string[]>>
  /** The same runtimes in the same order, and what is known of each now. */
  details(): readonly RuntimeDetail[]
  /** The runtime that a name stands for; undefined when this machine has none. */
  resolve(name: string): string | undefined
  /** The language of a runtime; undefined when this machine does not have the runtime. */
  languageOf(runtime: string): Language | undefined
}

type Finder = (
  environment: NodeJS.ProcessEnv,
  options: LanguageOptions,
) => Promise<Language | undefined>

const FINDERS: readonly Finder[] = [findNodejs, findGo, findJava, findPython]

/** Looks at the machine for every language that Latchkey speaks. */
export async function findLanguages(
  environment: NodeJS.ProcessEnv = process.env,
  options: LanguageOptions = {},
): Promise<Languages> {
  const found = await Promise.all(FINDERS.map((find) => find(environment, options)))
  const languages = found.filter((language) => language !== undefined)
  return languagesOf(languages, options.runtimeAliases)
}

export function languagesOf(
  languages: readonly Language[],
  aliases: RuntimeAliases = 'off',
): Languages {
  const byFamily = Object.fromEntries(languages.map((l) => [l.family, l.runtimes]))
  const available = languages.flatMap((language) => language.runtimes)
  return {
    runtimes: () => byFamily,
    details: () => languages.flatMap(detailsOf),
    resolve: (name) => resolveRuntime(name, available, aliases),
    languageOf: (runtime) => languages.find((language) => language.runtimes.includes(runtime)),
  }
}

function detailsOf({ family, runtimes, isReady = () => true }: Language): RuntimeDetail[] {
  return runtimes.map((name) => ({ name, family, isReady: isReady(name) }))
}
