import { hash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { LIBRARIES } from './java-compile.ts'
import type { DependencyStep, ToolStep } from './language.ts'

/** Part of Maven while it runs, compiled against what the installed Maven is made of. */
const EXTENSION = 'CopyLibraries.java'
const EXTENSION_CLASS = 'latchkey.maven.CopyLibraries'
const EXTENSION_SOURCE = new URL(`../../runtimes/java/maven/${EXTENSION}`, import.meta.url)
const POM = 'pom.xml'

/**
 * Arguments: the name of the compiled extension, the JDK, Maven's home, mvn, and what mvn is given. Maven
 * reads no classes for a newer Java than 11 when it looks for extensions.
 */
const SCRIPT = `set -e
jar="$HOME/$1" jdk="$2" maven="$3"
shift 3
if [ ! -f "$jar" ]; then
  mkdir -p classes/META-INF/sisu
  "$jdk/bin/javac" --release 11 -nowarn -proc:none -Xlint:none -cp "$maven/lib/*" -d classes ${EXTENSION}
  echo ${EXTENSION_CLASS} > classes/META-INF/sisu/javax.inject.Named
  "$jdk/bin/jar" --create --file "$jar.$$" -C classes .
  mv "$jar.$$" "$jar"
fi
exec "$@" "-Dmaven.ext.class.path=$jar" validate`

/** Fetches the libraries of a pom, and those that they want, into `lib`; undefined without a Maven. */
export function copyDependencies(
  pom: string,
  jdkHome: string | undefined,
  environment: NodeJS.ProcessEnv,
): DependencyStep | undefined {
  const command = findMaven(environment)
  if (command === undefined) return undefined
  const extension = readFileSync(EXTENSION_SOURCE, 'utf8')
  return {
    files: { [POM]: pom, [EXTENSION]: extension },
    folders: [LIBRARIES],
    step: maven(command, extension, jdkHome ?? '/usr', environment),
  }
}

function maven(
  command: string,
  extension: string,
  jdkHome: string,
  environment: NodeJS.ProcessEnv,
): ToolStep {
  const home = dirname(dirname(realpathSync(command)))
  const settings = settingsOf(environment)
  const jar = `copy-libraries-${hash('sha256', extension + home, 'hex').slice(0, 16)}.jar`
  return {
    title: 'mvn',
    command: '/bin/sh',
    args: [
      ...['-c', SCRIPT, 'sh', jar, jdkHome, home, command],
      ...['--batch-mode', '--no-transfer-progress', '--quiet', '-Dstyle.color=never'],
      ...(settings === undefined ? [] : ['--settings', settings]),
    ],
    environment: (homeFolder) => mavenEnvironment(environment, jdkHome, homeFolder),
    explain: (output) => `Maven could not fetch the dependencies: ${mavenReason(output)}`,
    readOnly: [home, jdkHome, environment.JAVA_HOME, settings].filter(
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

/** The user's own settings: mirrors, proxies, logins. Those of the installation are read in any case. */
function settingsOf({ HOME }: NodeJS.ProcessEnv): string | undefined {
  if (!HOME) return undefined
  const path = join(HOME, '.m2/settings.xml')
  return existsSync(path) ? path : undefined
}

/** How to get to where libraries come from; what else Maven is told was meant for other projects. */
const PASSED_ON = /^(JAVA_HOME|MAVEN_HOME|JAVA_TOOL_OPTIONS|https?_proxy|no_proxy|all_proxy)$/i

/** Java takes its home folder from the list of users, whatever HOME says. */
function mavenEnvironment(
  from: NodeJS.ProcessEnv,
  jdkHome: string,
  homeFolder: string,
): Record<string, string> {
  const passed = Object.entries(from).filter(
    ([name, value]) => PASSED_ON.test(name) && value !== undefined,
  )
  const own = `-Duser.home=${homeFolder} -Djava.io.tmpdir=${homeFolder} -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`
  return {
    JAVA_HOME: jdkHome,
    ...(Object.fromEntries(passed) as Record<string, string>),
    PATH: from.PATH ?? '/usr/bin:/bin',
    HOME: homeFolder,
    TMPDIR: homeFolder,
    LANG: 'C.UTF-8',
    MAVEN_OPTS: from.MAVEN_OPTS === undefined ? own : `${from.MAVEN_OPTS} ${own}`,
    MAVEN_SKIP_RC: '1',
  }
}

/** Which Maven sends even where it is told to use no colours. */
const STYLE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** The first thing that Maven says is wrong, without its own address of help. */
export function mavenReason(output: string): string {
  const lines = output
    .replaceAll(STYLE, '')
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
