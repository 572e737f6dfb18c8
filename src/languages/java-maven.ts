import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { LIBRARIES } from './java-compile.ts'
import type { DependencyStep, ToolStep } from './language.ts'

/** Named by its version, so that no build asks which one is the newest. */
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1'
const POM = 'pom.xml'

/** Fetches the libraries of a pom, and those that they want, into `lib`. */
export function copyDependencies(pom: string, environment: NodeJS.ProcessEnv): DependencyStep {
  return { files: { [POM]: pom }, folders: [LIBRARIES], step: maven(environment) }
}

function maven(environment: NodeJS.ProcessEnv): ToolStep {
  // Spawning it fails with a sentence of its own, which ends up in the build's message.
  const command = findMaven(environment) ?? 'mvn'
  const settings = settingsOf(environment)
  return {
    title: 'mvn dependency:copy-dependencies',
    command,
    args: [
      ...['--batch-mode', '--no-transfer-progress', '--errors', '--quiet'],
      ...(settings === undefined ? [] : ['--settings', settings]),
      `${PLUGIN}:copy-dependencies`,
      `-DoutputDirectory=${LIBRARIES}`,
      '-DincludeScope=runtime',
      '-Dmdep.useBaseVersion=true',
    ],
    environment: (homeFolder) => mavenEnvironment(environment, homeFolder),
    explain: (output) => `Maven could not fetch the dependencies: ${mavenReason(output)}`,
    readOnly: [dirname(dirname(realpath(command))), environment.JAVA_HOME, settings].filter(
      (path) => path !== undefined && existsSync(path),
    ) as string[],
  }
}

/** `mvn` of MAVEN_HOME or the PATH. */
function findMaven(environment: NodeJS.ProcessEnv): string | undefined {
  const { MAVEN_HOME, PATH = '' } = environment
  const folders = [...(MAVEN_HOME ? [join(MAVEN_HOME, 'bin')] : []), ...PATH.split(delimiter)]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'mvn'))
    .find((path) => existsSync(path))
}

function realpath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

/** The user's own settings: mirrors, proxies, logins. Those of the installation are read in any case. */
function settingsOf({ HOME }: NodeJS.ProcessEnv): string | undefined {
  if (!HOME) return undefined
  const path = join(HOME, '.m2/settings.xml')
  return existsSync(path) ? path : undefined
}

/** How to get to where libraries come from; what else Maven is told was meant for other projects. */
const PASSED_ON = /^(JAVA_HOME|MAVEN_HOME|JAVA_TOOL_OPTIONS|https?_proxy|no_proxy|all_proxy)$/i

/** Java takes its home folder from the list of users, whatever HOME says. */
function mavenEnvironment(from: NodeJS.ProcessEnv, homeFolder: string): Record<string, string> {
  const passed = Object.entries(from).filter(
    ([name, value]) => PASSED_ON.test(name) && value !== undefined,
  )
  const own = `-Duser.home=${homeFolder} -Djava.io.tmpdir=${homeFolder} -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    PATH: from.PATH ?? '/usr/bin:/bin',
    HOME: homeFolder,
    TMPDIR: homeFolder,
    LANG: 'C.UTF-8',
    MAVEN_OPTS: from.MAVEN_OPTS === undefined ? own : `${from.MAVEN_OPTS} ${own}`,
    MAVEN_SKIP_RC: '1',
  }
}

/** The first thing that Maven says is wrong, without its own address of help. */
export function mavenReason(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => /^\[ERROR\] (.*)$/.exec(line.trimEnd())?.[1]?.trim() ?? '')
    .filter((line) => line !== '' && !/^(To see|Re-run|For more|\[Help)/.test(line))
  const telling = lines.find((line) =>
    /Could not find artifact|Could not resolve|missing|Could not transfer/.test(line),
  )
  const line = telling ?? lines[0] ?? output.trim().split('\n').at(-1) ?? ''
  const cause = /(Could not find artifact \S+(?: in \S+)?|Could not transfer [^:]+:[^.]+)/.exec(
    line,
  )?.[1]
  return (
    (cause ??
      line
        .replace(/ -> \[Help \d+\]$/, '')
        .replace(/^Failed to execute goal (?:on project \S+ )?/, '')) ||
    'it said nothing'
  )
}
