import { type HeaderReader, readerOf } from './header-readers.ts'

/** A header's name as it is written, and what is to be done with what it names. */
export interface HeaderName {
  /** `\nname\n`, in lower case. */
  readonly prefix: string
  /** Undefined when the value is only passed on. */
  readonly read: HeaderReader | undefined
}

/**
 * Names by how callers spell them. A name that was seen before is found faster than it is put in lower
 * case, and most requests bring the same ones.
 */
const headerNames = new Map<string, HeaderName>()
/** Callers choose what they send: a bound on what that keeps in memory. */
const NAMES_MAX = 1000
const NAME_CHARS_MAX = 64

export function headerNameOf(written: string): HeaderName {
  return headerNames.get(written) ?? newHeaderName(written)
}

function newHeaderName(written: string): HeaderName {
  const name = written.toLowerCase()
  const headerName = { prefix: `\n${name}\n`, read: readerOf(name) }
  if (written.length <= NAME_CHARS_MAX) {
    if (headerNames.size >= NAMES_MAX) headerNames.clear()
    headerNames.set(written, headerName)
  }
  return headerName
}
