import { hash } from 'node:crypto'
import type { Source } from '../domain/function.ts'

/** Counts up when the same source is to be laid out differently, so that nothing older is reused. */
const LAYOUT = 1
const ID_CHARS = 40

/**
 * The same code, files and dependencies for the same runtime have the same id. The method is not part of it.
 * @param languageKey what else the language makes an artifact of
 */
export function artifactId(source: Source, languageKey = ''): string {
  const files = Object.entries(source.files).sort(([a], [b]) => (a < b ? -1 : 1))
  const identity = [LAYOUT, source.runtime, source.codeText, files, source.dependencies]
  if (languageKey !== '') identity.push(languageKey)
  return hash('sha256', JSON.stringify(identity), 'hex').slice(0, ID_CHARS)
}
