export type ParsedRequirements =
  | {
      readonly kind: 'parsed'
      /** The text of a `requirements.txt`, a requirement a line. */
      readonly text: string
      readonly count: number
    }
  | { readonly kind: 'refused'; readonly message: string }

/** A name, extras, versions, a marker, hashes. */
const REQUIREMENT =
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(?:\(?\s*(?:===|~=|==|!=|<=|>=|<|>)[A-Za-z0-9.*+!,<>=~\s_-]*\)?)?\s*(?:;[^#@]*)?$/
const HASH = /\s+--hash[=\s](?:sha256|sha384|sha512):[0-9a-fA-F]+/g
/** Settings of the text that reach nowhere but the registry which is configured. */
const ALLOWED_OPTION =
  /^(--pre|--prefer-binary|--require-hashes|--(?:only|no)-binary[=\s]+[A-Za-z0-9._,:-]+)$/

/**
 * Reads the text of a `requirements.txt`. Names of packages are allowed, with all that says which
 * version; whatever would reach files, repositories or another registry is not.
 */
export function parseRequirements(text: string): ParsedRequirements {
  const lines: string[] = []
  let count = 0
  for (const { line, number } of logicalLines(text)) {
    if (line === '') continue
    if (line.startsWith('-')) {
      if (!ALLOWED_OPTION.test(line))
        return refused(number, line, 'is an option that is not allowed')
    } else {
      const bare = line.replaceAll(HASH, '').trim()
      if (!REQUIREMENT.test(bare)) return refused(number, line, reasonAgainst(bare))
      count += 1
    }
    lines.push(line)
  }
  return { kind: 'parsed', text: lines.map((line) => `${line}\n`).join(''), count }
}

/** Without comments; a line that ends with a backslash goes on in the next. */
function logicalLines(text: string): { line: string; number: number }[] {
  const found: { line: string; number: number }[] = []
  let begun = ''
  let startedAt = 0
  const physical = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  physical.forEach((part, index) => {
    if (begun === '') startedAt = index + 1
    const goesOn = part.endsWith('\\') && index + 1 < physical.length
    begun += goesOn ? `${part.slice(0, -1)} ` : part
    if (goesOn) return
    found.push({ line: begun.replace(/(^|\s)#.*$/, '').trim(), number: startedAt })
    begun = ''
  })
  return found
}

function reasonAgainst(requirement: string): string {
  if (/^[a-z+]+:\/\/|@|^git\+/i.test(requirement)) return 'names an address'
  if (/^[./~]|[/\\]/.test(requirement)) return 'names a file'
  return 'is no requirement'
}

function refused(number: number, line: string, reason: string): ParsedRequirements {
  const quoted = JSON.stringify(line.slice(0, 200))
  return {
    kind: 'refused',
    message: `Line ${number} of the dependencies, ${quoted}, ${reason}; allowed are names of packages with extras, versions, markers and hashes.`,
  }
}
