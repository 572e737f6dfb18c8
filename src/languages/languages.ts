import type { Language } from './language.ts'
import { nodejs } from './nodejs.ts'

/** Every language that Latchkey speaks. */
const LANGUAGES = { nodejs } as const satisfies Record<string, Language>

/** Runtime names by language family: `{nodejs: ['nodejs26']}`. */
export function runtimes(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.values(LANGUAGES).map((l) => [l.family, l.runtimes]))
}

/** The language of a runtime; undefined when this machine does not have the runtime. */
export function languageOf(runtime: string): Language | undefined {
  return Object.values(LANGUAGES).find((language) => language.runtimes.includes(runtime))
}
