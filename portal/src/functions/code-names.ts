import { refusedPath } from '../../../src/domain/source-paths.ts'
import { type CodeLanguage, languageOfFile } from '../ui/code-languages.ts'
import { type Part, pathOf, type Source } from './code-source.ts'

/** `nodejs24` is of `nodejs`. */
export function languageOfRuntime(runtime: string): string {
  return runtime.replace(/[0-9.]+$/, '')
}

const DEPENDENCY_FILES: Readonly<Record<string, string>> = {
  nodejs: 'package.json',
  python: 'requirements.txt',
  go: 'go.mod',
  java: 'pom.xml',
}

export function dependencyFile(runtime: string): string {
  return DEPENDENCY_FILES[languageOfRuntime(runtime)] ?? 'dependencies'
}

/** What the build calls the main file, as far as its text tells. */
export function mainFile(runtime: string, codeText: string): string {
  switch (languageOfRuntime(runtime)) {
    case 'nodejs':
      return looksLikeTypeScript(codeText) ? 'handler.ts' : 'handler.js'
    case 'python':
      return 'handler.py'
    case 'go':
      return 'handler.go'
    case 'java':
      return `${publicType(codeText)}.java`
    default:
      return 'the code'
  }
}

/** What a part is called in lists, tabs and messages. */
export function nameOfPart(part: Part, runtime: string, codeText: string): string {
  if (part === 'code_text') return mainFile(runtime, codeText)
  return part === 'dependencies' ? dependencyFile(runtime) : pathOf(part)
}

export function languageOfPart(part: Part, name: string): CodeLanguage {
  // The dependencies of Node may be the bare object of names, which is JSON too.
  return part === 'dependencies' && name !== 'package.json' ? 'plain' : languageOfFile(name)
}

/** A sentence when a further file may not have this path; undefined when it may. */
export function pathError(
  path: string,
  source: Source,
  runtime: string,
  before?: string,
): string | undefined {
  const others = Object.fromEntries(
    Object.entries(source.files).filter(([other]) => other !== before),
  )
  if (path === '') return 'A file needs a name.'
  if (Object.hasOwn(others, path)) return 'There is a file of that name already.'
  return refusedPath({ ...others, [path]: '' }, reservedNames(source, runtime))
}

/** Those that people try; the server knows all of each language. */
function reservedNames(source: Source, runtime: string): ReadonlySet<string> {
  const names = [mainFile(runtime, source.code_text), dependencyFile(runtime)]
  if (languageOfRuntime(runtime) === 'nodejs') names.push('handler.js', 'handler.ts')
  return new Set(names.map((name) => name.toLowerCase()))
}

/** What JavaScript has not, in forms that leave little doubt. */
const TYPED = [
  /^\s*(?:export\s+)?(?:interface\s+\w|type\s+\w+[^=\n]*=|declare\s+\w)/m,
  /^\s*import\s+type\b/m,
  /\b(?:const|let|var)\s+\w+\s*:/,
  /\)\s*:\s*[\w<>[\]|&.{}:;, ]+?\s*(?:=>|\{)/,
]

function looksLikeTypeScript(codeText: string): boolean {
  const code = bare(codeText)
  return TYPED.some((expression) => expression.test(code))
}

/** Without texts and comments. */
function bare(codeText: string): string {
  return codeText
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''")
}

function publicType(codeText: string): string {
  return (
    /\bpublic\s+(?:final\s+)?(?:class|record|enum|interface)\s+(\w+)/.exec(codeText)?.[1] ??
    'Module'
  )
}
