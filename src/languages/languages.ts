import type { Language } from './language.ts'
import { findNodejs } from './nodejs.ts'

/** The languages of this machine. */
export interface Languages {
  /** Runtime names by language family: `{nodejs: ['nodejs26']}`. */
  runtimes(): Readonly<Record<string, readonly string[]>>
  /** The language of a runtime; undefined when this machine does not have the runtime. */
  languageOf(runtime: string): Language | undefined
}

const FINDERS: readonly ((environment: NodeJS.ProcessEnv) => Promise<Language | undefined>)[] = [
  findNodejs,
]

/** Looks at the machine for every language that Latchkey speaks. */
export async function findLanguages(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Languages> {
  const found = await Promise.all(FINDERS.map((find) => find(environment)))
  return languagesOf(found.filter((language) => language !== undefined))
}

export function languagesOf(languages: readonly Language[]): Languages {
  const byFamily = Object.fromEntries(languages.map((l) => [l.family, l.runtimes]))
  return {
    runtimes: () => byFamily,
    languageOf: (runtime) => languages.find((language) => language.runtimes.includes(runtime)),
  }
}
