/** What of a `package.json` a function's folder gets. */
export interface Manifest {
  readonly private: true
  readonly type?: 'module' | 'commonjs'
  readonly dependencies?: Readonly<Record<string, string>>
  readonly overrides?: Readonly<Record<string, unknown>>
}

export type ParsedDependencies =
  | { readonly kind: 'parsed'; readonly manifest: Manifest }
  | { readonly kind: 'refused'; readonly message: string }

const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-zA-Z0-9~-][a-zA-Z0-9._~-]*$/
const PACKAGE_NAME_CHARS_MAX = 214
/** Members that tell a `package.json` from a bare object of names and ranges. */
const MANIFEST_MEMBERS = [
  'dependencies',
  'devDependencies',
  'overrides',
  'private',
  'scripts',
  'version',
  'main',
  'type',
]

/** Reads a `package.json`, or a bare object of package name to version range. Empty text is no dependency. */
export function parseDependencies(text: string): ParsedDependencies {
  if (text.trim() === '') return { kind: 'parsed', manifest: { private: true } }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own words name the place; they quote nothing but the text that was sent.
    return refused(`is not valid JSON: ${(error as SyntaxError).message}`)
  }
  if (!isRecord(value)) return refused('must be a JSON object: a package.json, or names and ranges')
  const isManifest = MANIFEST_MEMBERS.some((member) => member in value)
  return isManifest ? fromManifest(value) : fromRanges(value, {})
}

function fromManifest(value: Record<string, unknown>): ParsedDependencies {
  const { type, dependencies = {}, overrides } = value
  if (type !== undefined && type !== 'module' && type !== 'commonjs') {
    return refused('has a "type" that is neither "module" nor "commonjs"')
  }
  if (!isRecord(dependencies)) return refused('has "dependencies" that are no object')
  if (overrides !== undefined) {
    if (!isRecord(overrides)) return refused('has "overrides" that are no object')
    const wrong = wrongOverride(overrides)
    if (wrong !== undefined) return refused(`overrides ${wrong} with something that is not allowed`)
  }
  return fromRanges(dependencies, {
    ...(type === undefined ? {} : { type }),
    ...(overrides === undefined ? {} : { overrides }),
  })
}

function fromRanges(
  ranges: Record<string, unknown>,
  rest: Pick<Manifest, 'type' | 'overrides'>,
): ParsedDependencies {
  const dependencies: Record<string, string> = {}
  for (const [name, range] of Object.entries(ranges)) {
    const quoted = JSON.stringify(name)
    if (name.length > PACKAGE_NAME_CHARS_MAX || !PACKAGE_NAME.test(name)) {
      return refused(`names ${quoted}, which is no package name`)
    }
    if (typeof range !== 'string') return refused(`gives ${quoted} a range that is no text`)
    if (!isAllowedRange(range)) {
      return refused(
        `gives ${quoted} the range ${JSON.stringify(range)}; allowed are a version range, a tag, npm:<name>@<range> or the https address of a .tgz`,
      )
    }
    dependencies[name] = range
  }
  return { kind: 'parsed', manifest: { private: true, ...rest, dependencies } }
}

/**
 * Files and links would reach other functions' folders, and a Git repository brings npm settings of
 * its own that can run programs although install scripts are off.
 */
function isAllowedRange(range: string): boolean {
  if (/^https:\/\/[^\s#]+\.(tgz|tar\.gz)$/.test(range)) return true
  const version = range.startsWith('npm:') ? range.slice(4).replace(/^@[^/]+\//, '') : range
  return !/[/:\\]/.test(version) && !/^[.~]$|^\.\.|\.(tgz|tar|tar\.gz)$/.test(version.trim())
}

function wrongOverride(overrides: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(overrides)) {
    if (isRecord(value)) {
      const wrong = wrongOverride(value)
      if (wrong !== undefined) return wrong
    } else if (typeof value !== 'string' || !isAllowedRange(value)) return JSON.stringify(name)
  }
  return undefined
}

function refused(what: string): ParsedDependencies {
  return { kind: 'refused', message: `The text of the dependencies ${what}.` }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
