/** The module that every function is compiled as. */
export const FUNCTION_MODULE = 'function'
export const SHIM_MODULE = 'a.latchkey.local/shim'
/** Whose types the older signature names; the shim brings them. */
export const KUBELESS_MODULE = 'github.com/kubeless/kubeless'

export type ParsedModule =
  | { readonly kind: 'parsed'; readonly text: string; readonly wantsModules: boolean }
  | { readonly kind: 'refused'; readonly message: string }

interface Directive {
  readonly line: number
  readonly verb: string
  readonly words: readonly string[]
}

/** Directives that say something to who works on the module, and nothing to who builds it. */
const LEFT_OUT: ReadonlySet<string> = new Set(['module', 'toolchain', 'retract', 'tool', 'ignore'])
const KEPT: ReadonlySet<string> = new Set(['go', 'require', 'exclude', 'replace', 'godebug'])
const OWN_MODULES: ReadonlySet<string> = new Set([SHIM_MODULE, KUBELESS_MODULE])

/**
 * Makes the `go.mod` of a build from the text of the dependencies: a `go.mod`, or only its lines of
 * `require`, with or without that word. Empty text is no dependency.
 * @param goVersion `1.26`, where the text does not say
 * @param shimFolder relative to the folder of the build
 */
export function parseModule(text: string, goVersion: string, shimFolder: string): ParsedModule {
  const directives = directivesOf(text)
  const refused = directives.map(refusal).find((message) => message !== undefined)
  if (refused !== undefined) return { kind: 'refused', message: refused }
  const theirs = directives.filter(({ verb, words }) => {
    return !LEFT_OUT.has(verb) && !OWN_MODULES.has(words[0] ?? '')
  })
  const version = theirs.some(({ verb }) => verb === 'go') ? [] : [`go ${goVersion}`]
  const lines = [
    `module ${FUNCTION_MODULE}`,
    ...version,
    ...theirs.map(({ verb, words }) => [verb, ...words].join(' ')),
    `require ${SHIM_MODULE} v0.0.0`,
    `require ${KUBELESS_MODULE} v0.0.0`,
    `replace ${SHIM_MODULE} => ./${shimFolder}`,
    `replace ${KUBELESS_MODULE} => ./${shimFolder}/kubeless`,
  ]
  const wantsModules = theirs.some(({ verb }) => verb === 'require')
  return { kind: 'parsed', text: `${lines.join('\n')}\n`, wantsModules }
}

/** Each with its verb, those of a block included. */
function directivesOf(text: string): Directive[] {
  const directives: Directive[] = []
  let block: string | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1
    const words = raw
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
    if (words.length === 0) continue
    if (block !== undefined && words[0] === ')') block = undefined
    else if (block !== undefined) directives.push({ line, verb: block, words })
    else if (words.length === 2 && words[1] === '(') block = words[0]!
    else if (/[./]/.test(words[0]!)) directives.push({ line, verb: 'require', words })
    else directives.push({ line, verb: words[0]!, words: words.slice(1) })
  }
  return directives
}

const MODULE_PATH = /^[A-Za-z0-9][A-Za-z0-9._~/-]*$/
const MODULE_VERSION = /^v[0-9][A-Za-z0-9.+-]*$/

/** What is wrong with a directive, in a sentence; Go says the rest when it reads the file. */
function refusal({ line, verb, words }: Directive): string | undefined {
  const where = `Line ${line} of the go.mod`
  if (!KEPT.has(verb) && !LEFT_OUT.has(verb))
    return `${where} begins with ${quoted(verb)}, which is no directive.`
  if (verb === 'require' || verb === 'exclude') {
    const [path = '', version = '', ...rest] = words
    if (rest.length > 0 || !MODULE_PATH.test(path) || !isVersion(version)) {
      return `${where} must name a module and its version, as in "github.com/google/uuid v1.6.0".`
    }
  }
  if (verb === 'replace') {
    const [path = '', version = ''] = words.slice(words.indexOf('=>') + 1)
    if (!words.includes('=>') || !MODULE_PATH.test(path) || !MODULE_VERSION.test(version)) {
      return `${where} must replace a module by another and its version; a folder cannot stand for it.`
    }
  }
  return undefined
}

/** Branches and `latest` are looked up at the build. */
function isVersion(text: string): boolean {
  return MODULE_VERSION.test(text) || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}
