import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Source } from '../domain/function.ts'
import type { Jdk } from './java-jdk.ts'
import { type JavaShim, prepareShim } from './java-shim.ts'
import { placeOf } from './java-source.ts'
import type { BuildDraft, CompileOutcome, ToolStep } from './language.ts'
import type { ToolOutcome } from './run-tool.ts'

/** What is ours in an artifact: the shim, for a node that has none. */
export const OWN_FOLDER = '.latchkey'
export const OWN_SHIM = `${OWN_FOLDER}/shim.jar`
/** Where a build's dependencies lie. */
export const LIBRARIES = 'lib'

/** The compiler of a JDK that is asked to compile for a Java. */
export interface Compiler {
  readonly jdk: Jdk
  /** The major version that the classes are for. */
  readonly major: number
}

/** The classes come to lie beside their sources, so that resources are found where they were given. */
export async function compileJava(
  { folder, source, run }: BuildDraft,
  { jdk, major }: Compiler,
  environment: NodeJS.ProcessEnv,
): Promise<CompileOutcome> {
  const { path } = placeOf(source.codeText)
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), source.codeText)
  const shim = await prepareShim(jdk, environment)
  await mkdir(join(folder, OWN_FOLDER), { recursive: true })
  await copyFile(shim.jar, join(folder, OWN_SHIM))
  const further = Object.keys(source.files).filter((name) => name.endsWith('.java'))
  const outcome = await run(javac({ jdk, major }, shim, [path, ...further]))
  if (outcome.kind !== 'ended' || outcome.code !== 0) return refusal(outcome)
  return entryOf(folder, source)
}

/** The class that the main method names, or that of the code. */
function entryOf(folder: string, source: Source): CompileOutcome {
  const { className } = placeOf(source.codeText)
  const named = namedClass(source.mainMethod)
  if (named === '') return { kind: 'compiled', entry: fileOf(className) }
  const beside = className.slice(0, className.lastIndexOf('.') + 1)
  const found = [`${beside}${named}`, named, `io.kubeless.${named}`].map(fileOf)
  const entry = found.find((path) => existsSync(join(folder, path)))
  if (entry !== undefined) return { kind: 'compiled', entry }
  const message = `there is no class ${JSON.stringify(named)}, which the main method names`
  return { kind: 'refused', message, log: '' }
}

/** `Module` of `Module.handler`; empty when only a method is named. */
export function namedClass(mainMethod: string): string {
  return mainMethod.slice(0, Math.max(0, mainMethod.lastIndexOf('.')))
}

function fileOf(className: string): string {
  return `${className.replaceAll('.', '/')}.class`
}

/**
 * Short-lived, so little is compiled by the JVM itself. Text is joined without a bootstrap at run time,
 * which a first request would pay for. Annotation processors are programs of others and do not run.
 */
function javac({ jdk, major }: Compiler, shim: JavaShim, paths: readonly string[]): ToolStep {
  const { compilerArchive: archive } = shim
  const release = jdk.major === major ? [] : ['--release', String(major)]
  return {
    title: 'javac',
    command: join(jdk.home, 'bin/javac'),
    args: [
      ...[
        '-J-Xmx512m',
        '-J-XX:TieredStopAtLevel=1',
        '-J-XX:+UseSerialGC',
        '-J-Xshare:auto',
        '-J-XX:-UsePerfData',
        ...(archive === undefined ? [] : [`-J-XX:SharedArchiveFile=${archive}`, '-J-Xlog:cds=off']),
      ],
      ...[
        '-encoding',
        'UTF-8',
        '-g',
        '-parameters',
        '-nowarn',
        '-proc:none',
        '-XDstringConcat=inline',
      ],
      ...release,
      ...['-cp', `${OWN_SHIM}:${LIBRARIES}/*`, '-d', '.'],
      // One that begins with @ would be read as a file of options.
      ...paths.map((path) => `./${path}`),
    ],
    environment: (homeFolder) => ({
      PATH: '/usr/bin:/bin',
      HOME: homeFolder,
      TMPDIR: homeFolder,
      LANG: 'C.UTF-8',
    }),
    explain: (output) => compilerReason(output),
    readOnly: [jdk.home, shim.folder],
  }
}

function refusal(outcome: ToolOutcome): CompileOutcome {
  if (outcome.kind === 'not-started') {
    return { kind: 'refused', message: `javac could not be started: ${outcome.reason}`, log: '' }
  }
  if (outcome.kind === 'ended') {
    const message = compilerReason(outcome.output)
    // Whoever runs the tool has its output in the build's log already.
    return { kind: 'refused', message, log: '' }
  }
  return { kind: 'refused', message: `javac was ended (${outcome.kind})`, log: '' }
}

/** The first error as javac says it, and how many there are: `Module.java:3: error: ';' expected`. */
export function compilerReason(output: string): string {
  const lines = output.split('\n').map((line) => line.trimEnd().replace(/^\.\//, ''))
  const first = lines.find((line) => /^\S+\.java:\d+: error: /.test(line))
  const count = lines.find((line) => /^\d+ errors$/.test(line))
  if (first === undefined) {
    return (
      lines.find((line) => /^(error|javac): /.test(line)) ?? lines.find(Boolean) ?? 'javac failed'
    )
  }
  const detail = symbolOf(lines, lines.indexOf(first))
  return `${first}${detail}${count === undefined ? '' : `, ${count} in all`}`
}

/** "cannot find symbol" says which one in a line of its own. */
function symbolOf(lines: readonly string[], at: number): string {
  const symbol = /^\s+symbol:\s+(.*)$/.exec(
    lines
      .slice(at + 1, at + 4)
      .join('\n')
      .match(/^\s+symbol:.*$/m)?.[0] ?? '',
  )
  return symbol === null ? '' : ` (${symbol[1]!.trim()})`
}
