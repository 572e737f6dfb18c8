import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../domain/function.ts'
import { refusedPath } from '../domain/source-paths.ts'
import { compileJava, LIBRARIES, namedClass, OWN_FOLDER, OWN_SHIM } from './java-compile.ts'
import { findJdks, type Jdk } from './java-jdk.ts'
import { copyDependencies } from './java-maven.ts'
import { memoryFlags } from './java-memory.ts'
import { parsePom } from './java-pom.ts'
import { findShim, shimDigest } from './java-shim.ts'
import { placeOf } from './java-source.ts'
import type { BuildPlan, Language, StartCommand, StartSpec } from './language.ts'

const RESERVED_NAMES: ReadonlySet<string> = new Set([
  LIBRARIES,
  OWN_FOLDER,
  'module-info.java',
  'pom.xml',
  '.mvn',
  '.latchkey-artifact.json',
])

/** Functions run on the Java that is installed; without one of version 17 or later the language is not there. */
export async function findJava(environment: NodeJS.ProcessEnv): Promise<Language | undefined> {
  const jdks = await findJdks(environment)
  return jdks.length === 0 ? undefined : javaLanguage(jdks, environment)
}

export function javaLanguage(jdks: readonly Jdk[], environment: NodeJS.ProcessEnv): Language {
  const jdkOf = (runtime: string): Jdk => {
    const found = jdks.find((jdk) => runtimeOf(jdk) === runtime)
    if (found === undefined) throw new Error(`${runtime} is not on this machine`)
    return found
  }
  return {
    family: 'java',
    runtimes: jdks.map(runtimeOf),
    plan: (source) => plan(source, jdks, environment),
    async compile(draft) {
      const { major, hasCompiler, home } = jdkOf(draft.source.runtime)
      const jdk = jdks.find(
        (one) => one.hasCompiler && (hasCompiler ? one.home === home : one.major >= major),
      )
      if (jdk !== undefined) return compileJava(draft, { jdk, major }, environment)
      const message = `there is a Java ${major} on this machine, and no javac of it or a later one`
      return { kind: 'refused', message, log: '' }
    },
    artifactKey: (source) => `${namedClass(source.mainMethod)} ${shimDigest()}`,
    start: (spec) => start(spec, jdkOf(spec.runtime), environment),
  }
}

function runtimeOf(jdk: Jdk): string {
  return `java${jdk.major}`
}

function plan(source: Source, jdks: readonly Jdk[], environment: NodeJS.ProcessEnv): BuildPlan {
  const refused = refusedPath(source.files, RESERVED_NAMES)
  if (refused !== undefined) return { kind: 'refused', message: refused }
  const { path } = placeOf(source.codeText)
  const clash = Object.keys(source.files).find((name) => name.toLowerCase() === path.toLowerCase())
  if (clash !== undefined) {
    const message = `The file ${JSON.stringify(clash)} has the name that the code itself has by its package and class.`
    return { kind: 'refused', message }
  }
  const parsed = parsePom(source.dependencies)
  if (parsed.kind === 'refused') return parsed
  if (parsed.pom === undefined) return { kind: 'planned', files: source.files, dependencies: null }
  // The oldest, since Maven is older still.
  const jdk = jdks.filter(({ hasCompiler }) => hasCompiler).at(-1)
  const dependencies = copyDependencies(parsed.pom, jdk?.home, environment)
  if (dependencies !== undefined) return { kind: 'planned', files: source.files, dependencies }
  const message =
    'The function has dependencies, and there is no Maven on this machine to fetch them.'
  return { kind: 'refused', message }
}

/**
 * C1 alone: a function of this size is warm at once and stays small; what C2 would gain is for code that
 * computes for minutes. Of what the JVM says by itself only the end for want of memory is kept, on stderr.
 */
const FLAGS = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:+DisplayVMOutputToStderr',
  '-Xshare:auto',
  '-Xlog:disable',
  '-Xlog:all=error:stderr',
  '-Dfile.encoding=UTF-8',
  '-Djava.awt.headless=true',
] as const

function start(spec: StartSpec, jdk: Jdk, environment: NodeJS.ProcessEnv): StartCommand {
  const shim = findShim(jdk, environment)
  const archive = shim?.archive === undefined ? [] : [`-XX:SharedArchiveFile=${shim.archive}`]
  const own = Object.entries(spec.envs).filter(([name]) => isReadAtStart(name))
  return {
    command: join(jdk.home, 'bin/java'),
    args: [
      ...FLAGS,
      ...memoryFlags(spec.memoryMb),
      ...archive,
      ...['-jar', shim?.jar ?? join(spec.folder, OWN_SHIM)],
    ],
    environment: { MALLOC_ARENA_MAX: '2', ...Object.fromEntries(own) },
    readOnly: [jdk.home, shim?.folder].filter(
      (path) => path !== undefined && existsSync(path),
    ) as string[],
    // Without a shim of its own the node runs the one that lies in the artifact.
    isReusable: shim !== undefined && own.length === 0,
  }
}

/** The JVM, and the C library under it, read these before any class is loaded. */
function isReadAtStart(name: string): boolean {
  return /^(JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|MALLOC_.+|TZ|LANG|LC_.+)$/.test(name)
}
