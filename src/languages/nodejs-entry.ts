import { rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileFunction } from 'node:vm'
import type { BuildDraft, CompileOutcome } from './language.ts'
import { runTool, type ToolOutcome } from './run-tool.ts'

const JAVASCRIPT = 'handler.js'
const TYPESCRIPT = 'handler.ts'
export const ENTRY_NAMES: readonly string[] = [JAVASCRIPT, TYPESCRIPT]

const CHECK_TIMEOUT_MS = 20_000
const COMMONJS_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname']

/**
 * JavaScript if it parses as such, else TypeScript if it parses as that. When neither parses, the
 * language whose parser got further is the one that was meant, and its error is the one to show.
 */
export async function compile({ folder, source }: BuildDraft): Promise<CompileOutcome> {
  const { codeText } = source
  const path = join(folder, JAVASCRIPT)
  await writeFile(path, codeText)
  const asJavaScript = await checkJavaScript(folder, codeText)
  if (asJavaScript === undefined) return { kind: 'compiled', entry: JAVASCRIPT }

  const stripped = await stripTypes(folder)
  if (typeof stripped !== 'string') {
    const meant =
      stripped.isTypeScript || stripped.line > asJavaScript.line ? stripped : asJavaScript
    return refusal(meant, stripped === meant ? TYPESCRIPT : JAVASCRIPT)
  }
  // Stripping keeps every position, so what is wrong here is wrong at the same place of the source.
  await writeFile(path, stripped)
  const asTypeScript = await checkJavaScript(folder, stripped)
  if (asTypeScript !== undefined) return refusal(asTypeScript, TYPESCRIPT)
  await writeFile(path, codeText)
  await rename(path, join(folder, TYPESCRIPT))
  return { kind: 'compiled', entry: TYPESCRIPT }
}

interface SyntaxFault {
  readonly line: number
  /** `SyntaxError: Unexpected token '}'`. */
  readonly sentence: string
  readonly log: string
  /** It is TypeScript beyond doubt, only not of the kind that can be stripped. */
  readonly isTypeScript: boolean
}

/** Undefined when Node can parse the folder's `handler.js`, whose text is given, by one of its module systems. */
async function checkJavaScript(folder: string, text: string): Promise<SyntaxFault | undefined> {
  if (parsesAsCommonJs(text)) return undefined
  const outcome = await runNode(folder, ['--check', JAVASCRIPT])
  return succeeded(outcome) ? undefined : faultOf(outcome)
}

/** Takes well under a millisecond, where asking a new process takes forty. */
function parsesAsCommonJs(text: string): boolean {
  try {
    compileFunction(text, COMMONJS_PARAMETERS)
    return true
  } catch (error) {
    // Whatever it is, the new process says it with its line.
    if (error instanceof Error) return false
    throw error
  }
}

const STRIP_SCRIPT = `
const { readFileSync } = require('node:fs')
const { stripTypeScriptTypes } = require('node:module')
try {
  process.stdout.write(stripTypeScriptTypes(readFileSync('${JAVASCRIPT}', 'utf8')))
} catch (error) {
  process.stderr.write(error.stack)
  process.exitCode = 1
}`

/** In a process of its own: the function is experimental and would warn on our stderr. */
async function stripTypes(folder: string): Promise<string | SyntaxFault> {
  const outcome = await runNode(folder, [
    '--disable-warning=ExperimentalWarning',
    '-e',
    STRIP_SCRIPT,
  ])
  return succeeded(outcome) ? outcome.output : faultOf(outcome)
}

function runNode(folder: string, args: readonly string[]): Promise<ToolOutcome> {
  return runTool({
    command: process.execPath,
    args,
    folder,
    environment: { HOME: tmpdir() },
    timeoutMs: CHECK_TIMEOUT_MS,
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
