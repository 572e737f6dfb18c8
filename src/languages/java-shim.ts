import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import {
  access,
  chmod,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Jdk } from './java-jdk.ts'

/** The program of Java instances, compiled. */
export interface JavaShim {
  readonly folder: string
  readonly jar: string
  /** The same classes as the JVM keeps them in memory, made for one JVM; undefined when it would make none. */
  readonly archive: string | undefined
  /** The same of javac, which is a Java program too. */
  readonly compilerArchive: string | undefined
}

const SOURCES = fileURLToPath(new URL('../../runtimes/java', import.meta.url))
/** Counts up when the same sources are to be compiled or dumped differently. */
const LAYOUT = 2
const JAR = 'shim.jar'
const ARCHIVE = 'shim.jsa'
const COMPILER_ARCHIVE = 'javac.jsa'
const TOOL_TIMEOUT_MS = 120_000
const RELEASE = 17
const DIGEST_CHARS = 24
const WRITABLE_FOR_OTHERS = 0o022
const KEPT_MS = 30 * 24 * 60 * 60 * 1000
const QUIET = ['-XX:+UseSerialGC', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'] as const
/** The function that a rehearsal calls. */
const REHEARSED_CLASS = 'Hello.class'
const REHEARSED = 'rehearsal'

const run = promisify(execFile)
const underWay = new Map<string, Promise<JavaShim>>()

/** The shim for a JVM if it has been compiled on this machine. */
export function findShim(jdk: Jdk, environment: NodeJS.ProcessEnv): JavaShim | undefined {
  return cachesOf(environment)
    .filter(isOwn)
    .map((cache) => shimIn(join(cache, contentId(jdk))))
    .find((shim) => shim !== undefined)
}

/** Compiles the shim once for each content and JVM; several processes may do so at the same time. */
export function prepareShim(jdk: Jdk, environment: NodeJS.ProcessEnv): Promise<JavaShim> {
  const found = findShim(jdk, environment)
  if (found !== undefined) return Promise.resolve(found)
  const id = contentId(jdk)
  const started = underWay.get(id)
  if (started !== undefined) return started
  const preparing = compile(jdk, id, environment).finally(() => underWay.delete(id))
  underWay.set(id, preparing)
  return preparing
}

/**
 * Kept for the user and not for one data directory: it depends on nothing but Latchkey and the JVM,
 * and takes seconds to make.
 */
function cachesOf(environment: NodeJS.ProcessEnv): string[] {
  const { XDG_CACHE_HOME, HOME } = environment
  const caches = [join(tmpdir(), `latchkey-java-${process.getuid?.() ?? 0}`)]
  if (HOME) caches.unshift(join(HOME, '.cache/latchkey/java'))
  if (XDG_CACHE_HOME) caches.unshift(join(XDG_CACHE_HOME, 'latchkey/java'))
  return caches
}

/** What somebody else could have put there is not run. */
function isOwn(cache: string): boolean {
  const found = statSync(cache, { throwIfNoEntry: false })
  if (found === undefined) return false
  return found.uid === (process.getuid?.() ?? found.uid) && (found.mode & WRITABLE_FOR_OTHERS) === 0
}

function contentId({ home, release }: Jdk): string {
  const identity = JSON.stringify([shimDigest(), home, release])
  return hash('sha256', identity, 'hex').slice(0, DIGEST_CHARS)
}

let digest: string | undefined

/** Of the sources, which do not change while Latchkey runs. */
export function shimDigest(): string {
  digest ??= digestOf(sourcePaths())
  return digest
}

function digestOf(paths: readonly string[]): string {
  const texts = paths.map((path) => [path, readFileSync(join(SOURCES, path), 'utf8')])
  return hash('sha256', JSON.stringify([LAYOUT, texts]), 'hex').slice(0, DIGEST_CHARS)
}

function sourcePaths(): string[] {
  const paths = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  const own = paths.filter((path) => !path.startsWith('maven/'))
  return own.filter((path) => path.endsWith('.java') || path.endsWith('.mf')).sort()
}

function shimIn(folder: string): JavaShim | undefined {
  const jar = join(folder, JAR)
  if (!existsSync(jar)) return undefined
  const ifThere = (name: string): string | undefined => {
    const path = join(folder, name)
    return existsSync(path) ? path : undefined
  }
  const compilerArchive = ifThere(COMPILER_ARCHIVE)
  return { folder, jar, archive: ifThere(ARCHIVE), compilerArchive }
}

async function compile(jdk: Jdk, id: string, environment: NodeJS.ProcessEnv): Promise<JavaShim> {
  const cache = await firstWritable(cachesOf(environment))
  const draft = await mkdtemp(join(cache, '.draft-'))
  try {
    const classes = join(draft, 'classes')
    const paths = sourcePaths().filter((path) => path.endsWith('.java'))
    const javac = ['--release', String(RELEASE), '-XDstringConcat=inline', '-nowarn', '-d', classes]
    const archiving = [
      `-J-XX:ArchiveClassesAtExit=${join(draft, COMPILER_ARCHIVE)}`,
      ...QUIET.map((flag) => `-J${flag}`),
    ]
    await tool(jdk, 'javac', [...archiving, ...javac, ...paths.map((path) => join(SOURCES, path))])
    // Apart from the shim's own, so that it is found as a function's class is.
    await mkdir(join(classes, REHEARSED))
    await rename(join(classes, REHEARSED_CLASS), join(classes, REHEARSED, REHEARSED_CLASS))
    const manifest = join(SOURCES, 'manifest.mf')
    await tool(jdk, 'jar', [
      '--create',
      '--file',
      join(draft, JAR),
      '--manifest',
      manifest,
      '-C',
      classes,
      '.',
    ])
    await rm(classes, { recursive: true })
    // A sandbox may show it to instances of another user.
    await chmod(draft, 0o755)
    const shim = await putInPlace(jdk, draft, join(cache, id))
    await removeOld(cache)
    return shim
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Of versions of Latchkey and of Java that are no more; who still runs one starts without an archive. */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name)
    const found = await stat(folder).catch(() => undefined)
    if (found === undefined || Date.now() - found.mtimeMs < KEPT_MS) continue
    await rm(folder, { recursive: true, force: true })
  }
}

/** An archive names the jar by its path, so it can only be made where the jar will stay. */
async function putInPlace(jdk: Jdk, draft: string, folder: string): Promise<JavaShim> {
  const dumping = `${folder}.${basename(draft)}`
  try {
    await rename(draft, folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Another process was quicker; what it made is the same.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
  try {
    await dump(jdk, join(folder, JAR), dumping)
    await rename(dumping, join(folder, ARCHIVE))
  } catch {
    // Instances then start as they do without: correct, and slower.
    await rm(dumping, { force: true })
  }
  return shimIn(folder)!
}

/** The classes that a rehearsed request needs, as they lie in memory when they are loaded. */
async function dump(jdk: Jdk, jar: string, archive: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-java-'))
  try {
    const flags = [`-XX:ArchiveClassesAtExit=${archive}`, ...QUIET]
    await tool(jdk, 'java', [...flags, '-jar', jar, 'rehearse', home])
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function firstWritable(folders: readonly string[]): Promise<string> {
  let failure: unknown
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 })
      if (!isOwn(folder)) throw new Error(`${folder} belongs to another user`)
      await access(folder, constants.W_OK)
      return folder
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function tool(jdk: Jdk, name: string, args: readonly string[]): Promise<void> {
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }
  await run(join(jdk.home, 'bin', name), args, { env, timeout: TOOL_TIMEOUT_MS })
}
