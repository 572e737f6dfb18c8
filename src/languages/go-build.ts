import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { methodName, type Source } from '../domain/function.ts'
import { FUNCTION_MODULE, SHIM_MODULE } from './go-module.ts'
import { compilerReason } from './go-reason.ts'
import { type GoShim, writeGoShim } from './go-shim.ts'
import type { GoToolchain } from './go-toolchain.ts'
import type { BuildDraft, CompileOutcome, ToolStep } from './language.ts'
import type { ToolOutcome } from './run-tool.ts'

export const GO_CODE = 'handler.go'
/** The program that is made. */
export const GO_PROGRAM = 'function'
/** What is ours in the folder of a build; gone when it is built. */
export const OWN_FOLDER = '_latchkey'
export const SHIM_FOLDER = `${OWN_FOLDER}/shim`
/** Beside the code, where that is a package main, which nothing can import. */
export const MAIN_BESIDE = 'latchkey_main.go'
const MAIN_APART = `${OWN_FOLDER}/main`
const TEMP_FOLDER = `${OWN_FOLDER}/tmp`

/** Compiles the function's package together with the shim into one static program. */
export async function compileGo(
  { folder, source, run }: BuildDraft,
  toolchain: GoToolchain,
  shim: GoShim,
): Promise<CompileOutcome> {
  const method = methodName(source.mainMethod)
  const isMain = packageName(source.codeText) === 'main'
  await writeFile(join(folder, GO_CODE), source.codeText)
  await writeGoShim(shim, join(folder, SHIM_FOLDER))
  await mkdir(join(folder, MAIN_APART))
  await mkdir(join(folder, TEMP_FOLDER))
  const main = join(folder, isMain ? MAIN_BESIDE : `${MAIN_APART}/main.go`)
  await writeFile(main, mainProgram(method, isMain))
  const outcome = await run(goBuild(toolchain, isMain ? '.' : `./${MAIN_APART}`))
  await rm(join(folder, OWN_FOLDER), { recursive: true, force: true })
  await rm(join(folder, MAIN_BESIDE), { force: true })
  return compileOutcome(outcome, method)
}

/** Part of what an artifact is found by: it holds the method's name and the shim. */
export function goArtifactKey(source: Source, shim: GoShim): string {
  return `${methodName(source.mainMethod)} ${shim.digest}`
}

function goBuild(toolchain: GoToolchain, target: string): ToolStep {
  return {
    title: 'go build',
    command: toolchain.command,
    args: [
      'build',
      '-mod=mod',
      '-modcacherw',
      '-buildvcs=false',
      '-trimpath',
      '-ldflags=-s -w',
      '-o',
      GO_PROGRAM,
      target,
    ],
    environment: (homeFolder) => ({
      ...toolchain.environment(homeFolder),
      // What an interrupted build leaves goes with its folder.
      GOTMPDIR: TEMP_FOLDER,
    }),
    explain: compilerReason,
    readOnly: toolchain.readOnly,
  }
}

const PACKAGE_CLAUSE = /package[ \t]+([\p{L}_][\p{L}\p{Nd}_]*)/uy

/** Before its package clause a file has only comments. */
function packageName(code: string): string | undefined {
  PACKAGE_CLAUSE.lastIndex = afterComments(code)
  return PACKAGE_CLAUSE.exec(code)?.[1]
}

function afterComments(code: string): number {
  for (let at = 0; ; ) {
    while (/[\s\ufeff]/.test(code.charAt(at))) at += 1
    const end = code.startsWith('//', at) ? '\n' : code.startsWith('/*', at) ? '*/' : undefined
    if (end === undefined) return at
    const found = code.indexOf(end, at + 2)
    if (found < 0) return code.length
    at = found + end.length
  }
}

function mainProgram(method: string, isBeside: boolean): string {
  const handler = isBeside ? method : `latchkeyFunction.${method}`
  return [
    'package main',
    '',
    'import (',
    `\tlatchkeyShim "${SHIM_MODULE}"`,
    `\tlatchkeyAssigned "${SHIM_MODULE}/assigned"`,
    ...(isBeside ? [] : [`\tlatchkeyFunction "${FUNCTION_MODULE}"`]),
    ')',
    '',
    `func main() { latchkeyShim.Serve("${method}", ${handler}, latchkeyAssigned.Payload) }`,
    '',
  ].join('\n')
}

function compileOutcome(outcome: ToolOutcome, method: string): CompileOutcome {
  switch (outcome.kind) {
    case 'ended':
      if (outcome.code === 0) return { kind: 'compiled', entry: GO_PROGRAM }
      return {
        kind: 'refused',
        message: compilerReason(outcome.output, method),
        log: outcome.output,
      }
    case 'not-started':
      return { kind: 'refused', message: `go could not be started: ${outcome.reason}`, log: '' }
    default:
      return { kind: 'refused', message: 'go build did not end in time', log: outcome.output }
  }
}
