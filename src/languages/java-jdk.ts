import { existsSync, realpathSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** An installation of Java that can run functions. */
export interface Jdk {
  /** Absolute, links resolved. */
  readonly home: string
  /** 17. */
  readonly major: number
  readonly hasCompiler: boolean
  /** Its own description of itself: two that say the same are the same. */
  readonly release: string
}

/** UNIX sockets came with 16; 17 is the first with long-term support that has them. */
const MAJOR_LEAST = 17
const FOLDERS = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
]
/** The type that exchanges have. An image that was cut to size may lack it. */
const MODULE = 'jdk.httpserver'

/**
 * The newest Java of each major version: of JAVA_HOME and the PATH, which come first, and those that
 * lie where installers put them. No Java is started for it: each has a file that says what it is.
 */
export async function findJdks(environment: NodeJS.ProcessEnv): Promise<readonly Jdk[]> {
  const told = [environment.JAVA_HOME, homeOnPath(environment)]
  const installed = await Promise.all(FOLDERS.map(foldersIn))
  const homes = new Set<string>()
  for (const home of [...told, ...installed.flat()]) {
    if (home === undefined || home === '') continue
    for (const candidate of [home, join(home, 'Contents/Home')]) {
      if (existsSync(join(candidate, 'bin/java'))) homes.add(await realpath(candidate))
    }
  }
  const jdks = new Map<number, Jdk>()
  for (const jdk of await Promise.all([...homes].map(readJdk))) {
    if (jdk === undefined || jdk.major < MAJOR_LEAST) continue
    const before = jdks.get(jdk.major)
    if (before === undefined || (jdk.hasCompiler && !before.hasCompiler)) jdks.set(jdk.major, jdk)
  }
  return [...jdks.values()].sort((a, b) => b.major - a.major)
}

function homeOnPath(environment: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const java = join(folder, 'java')
    if (folder !== '' && existsSync(java)) return dirname(dirname(realpathSync(java)))
  }
  return undefined
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name))
  } catch {
    // Not there, or not for us to read: no Java from here.
    return []
  }
}

async function readJdk(home: string): Promise<Jdk | undefined> {
  let release: string
  try {
    release = await readFile(join(home, 'release'), 'utf8')
  } catch {
    // Every Java since 9 has the file.
    return undefined
  }
  const version = /^JAVA_VERSION="(\d+)/m.exec(release)?.[1]
  const modules = /^MODULES="([^"]*)"/m.exec(release)?.[1]
  if (version === undefined) return undefined
  if (modules !== undefined && !modules.split(' ').includes(MODULE)) return undefined
  return {
    home,
    major: Number(version),
    hasCompiler: existsSync(join(home, 'bin/javac')),
    release,
  }
}
