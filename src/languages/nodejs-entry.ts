import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceFiles } from '../domain/function.ts'
import type { BuildDraft, CompileOutcome } from './language.ts'
import { isScript, isTypeScript, javaScriptName, namedAsJavaScript } from './nodejs-typescript.ts'
import type { ToolOutcome } from './run-tool.ts'

const JAVASCRIPT = 'handler.js'
const TYPESCRIPT = 'handler.ts'
/** Of the code and of what is made of it meanwhile. */
export const ENTRY_NAMES: readonly string[] = [
  JAVASCRIPT,
  TYPESCRIPT,
  'handler.check.cjs',
  'handler.check.mjs',
  'handler.stripped',
]

/** The Node that will run the function. */
export interface NodeProgram {
  readonly command: string
  readonly major: number
  /** It is the one that runs this. */
  readonly isOwn: boolean
  /** It loads TypeScript as it is. */
  readonly stripsTypes: boolean
}

/**
 * JavaScript if it parses as such, else TypeScript if it parses as that. When neither parses, the
 * language whose parser got further is the one that was meant, and its error is the one to show.
 */
export async function compile(draft: BuildDraft, node: NodeProgram): Promise<CompileOutcome> {
  const { folder, source } = draft
  const { codeText } = source
  const path = join(folder, JAVASCRIPT)
  await writeFile(path, codeText)
  const asJavaScript = await checkJavaScript(draft, codeText, node)
  if (asJavaScript === undefined) {
    return strippedFiles(draft, { ...source.files, [JAVASCRIPT]: codeText }, node, JAVASCRIPT)
  }

  const stripped = await stripTypes(draft, JAVASCRIPT)
  if (typeof stripped !== 'string') {
    const meant =
      stripped.isTypeScript || stripped.line > asJavaScript.line ? stripped : asJavaScript
    return refusal(meant, stripped === meant ? TYPESCRIPT : JAVASCRIPT)
  }
  // Without any types it is JavaScript of which this Node does not know all.
  if (stripped === codeText) return refusal(asJavaScript, JAVASCRIPT)
  // Stripping keeps every position, so what is wrong here is wrong at the same place of the source.
  await writeFile(path, stripped)
  const asTypeScript = await checkJavaScript(draft, stripped, node)
  if (asTypeScript !== undefined) return refusal(asTypeScript, TYPESCRIPT)
  await writeFile(path, codeText)
  await rename(path, join(folder, TYPESCRIPT))
  return strippedFiles(draft, { ...source.files, [TYPESCRIPT]: codeText }, node, TYPESCRIPT)
}

/** A Node that does not know TypeScript gets the function's own files as the JavaScript that they are without types. */
async function strippedFiles(
  draft: BuildDraft,
  files: SourceFiles,
  node: NodeProgram,
  entry: string,
): Promise<CompileOutcome> {
  const { folder } = draft
  const typed = Object.keys(files).filter(isTypeScript)
  if (node.stripsTypes || typed.length === 0) return { kind: 'compiled', entry }
  const taken = typed.find((path) => javaScriptName(path) in files)
  if (taken !== undefined) {
    const message = `${taken} becomes ${javaScriptName(taken)} for Node ${node.major}, and there is a file of that name`
    return { kind: 'refused', message, log: '' }
  }
  for (const path of Object.keys(files).filter(isScript)) {
    const text = isTypeScript(path) ? await stripTypes(draft, path) : files[path]!
    if (typeof text !== 'string') return refusal(text, path)
    await rm(join(folder, path))
    await writeFile(join(folder, javaScriptName(path)), namedAsJavaScript(text, path, typed))
  }
  return { kind: 'compiled', entry: javaScriptName(entry) }
}

interface SyntaxFault {
  readonly line: number
  /** `SyntaxError: Unexpected token '}'`. */
  readonly sentence: string
  readonly log: string
  /** It is TypeScript beyond doubt, only not of the kind that can be stripped. */
  readonly isTypeScript: boolean
}

/** Undefined when the Node can parse the folder's `handler.js`, whose text is given, by one of its module systems. */
async function checkJavaScript(
  draft: BuildDraft,
  text: string,
  node: NodeProgram,
): Promise<SyntaxFault | undefined> {
  if (node.isOwn) return checkFile(draft, JAVASCRIPT, node)
  const { folder } = draft
  // Before Node 24, `--check` finds no mistake in a module whose name does not say that it is one.
  const [asCommonJs, asModule] = await Promise.all(
    ['handler.check.cjs', 'handler.check.mjs'].map(async (name) => {
      await writeFile(join(folder, name), text)
      const fault = await checkFile(draft, name, node)
      await rm(join(folder, name))
      return fault
    }),
  )
  if (asCommonJs === undefined || asModule === undefined) return undefined
  return asCommonJs.line > asModule.line ? asCommonJs : asModule
}

async function checkFile(
  draft: BuildDraft,
  name: string,
  { command }: NodeProgram,
): Promise<SyntaxFault | undefined> {
  const outcome = await runNode(draft, command, ['--check', name])
  return succeeded(outcome) ? undefined : faultOf(outcome)
}

const STRIPPED = 'handler.stripped'
const STRIP_SCRIPT = `
const { readFileSync, writeFileSync } = require('node:fs')
const { stripTypeScriptTypes } = require('node:module')
try {
  writeFileSync('${STRIPPED}', stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8')))
} catch (error) {
  process.stderr.write(error.stack)
  process.exitCode = 1
}`

async function stripTypes(draft: BuildDraft, path: string): Promise<string | SyntaxFault> {
  const quiet = '--disable-warning=ExperimentalWarning'
  const outcome = await runNode(draft, process.execPath, [quiet, '-e', STRIP_SCRIPT, path])
  if (!succeeded(outcome)) return faultOf(outcome)
  const file = join(draft.folder, STRIPPED)
  const text = await readFile(file, 'utf8')
  await rm(file)
  return text
}

/** The code is a stranger's even to a parser: none of it is read in this process. */
function runNode(draft: BuildDraft, command: string, args: readonly string[]) {
  return draft.run({
    title: 'node',
    command,
    args,
    environment: (homeFolder) => ({ HOME: homeFolder }),
    explain: (output) => output,
    readOnly: [command],
    isQuiet: true,
  })
}

function succeeded(outcome: ToolOutcome): outcome is ToolOutcome & { kind: 'ended' } {
  return outcome.kind === 'ended' && outcome.code === 0
}

/** From `<file>:<line>`, the code, a caret, and `SyntaxError: ...`, which is how Node shows it. */
function faultOf(outcome: ToolOutcome): SyntaxFault {
  const log = outcome.kind === 'not-started' ? outcome.reason : outcome.output
  const sentence = /^(\w*Error)(?: \[\w+\])?: (.*)$/m.exec(log)
  return {
    line: Number(/^.*:(\d+)$/m.exec(log)?.[1] ?? 0),
    sentence:
      sentence === null
        ? `the check ended with: ${outcome.kind}`
        : `${sentence[1]}: ${sentence[2]}`,
    log,
    isTypeScript: log.includes('ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'),
  }
}

function refusal(fault: SyntaxFault, file: string): CompileOutcome {
  return {
    kind: 'refused',
    message: `${fault.sentence} at ${file}:${fault.line}`,
    log: fault.log.replaceAll(/^.*?:(\d+)$/gm, `${file}:$1`).replaceAll(/^\s+at .*\n?/gm, ''),
  }
}
