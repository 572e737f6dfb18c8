import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Source } from '../domain/function.ts'
import { refusedPath } from '../domain/source-paths.ts'
import type { BuildPlan, Language, LanguageOptions, StartCommand, StartSpec } from './language.ts'
import { parseDependencies } from './nodejs-dependencies.ts'
import { compile, ENTRY_NAMES, type NodeProgram } from './nodejs-entry.ts'
import { npmInstall } from './nodejs-npm.ts'
import { NodeToolchains, OWN_MAJOR } from './nodejs-toolchains.ts'

const SHIM = fileURLToPath(new URL('../../runtimes/node/shim.mjs', import.meta.url))

/** What npm or Node would read as its own, and what Latchkey writes itself. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...ENTRY_NAMES,
  'node_modules',
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  '.npmrc',
  '.latchkey-artifact.json',
])

/** Node 22 and later load TypeScript as it is. */
const STRIPS_TYPES_SINCE = 22
/** Finds out by a file's syntax of which module system it is; later ones do so without being told. */
const DETECTS_MODULES_SINCE = 22

export interface NodejsOptions {
  readonly toolchains: NodeToolchains
  /** The versions that may be fetched when they are wanted. */
  readonly fetchable: readonly number[]
}

/** Functions run on the Node that runs Latchkey, or on one that is fetched for them. */
export function nodejsLanguage({ toolchains, fetchable }: NodejsOptions): Language {
  const majors = [...new Set([...toolchains.ready(), ...fetchable])].sort((a, b) => b - a)
  const own = majors.filter((major) => major === OWN_MAJOR)
  // First the one that is there in any case: it is what who names none is given.
  const runtimes = [...own, ...majors.filter((major) => major !== OWN_MAJOR)].map(runtimeOf)
  return {
    family: 'nodejs',
    runtimes,
    plan,
    compile: (draft) => compile(draft, programOf(toolchains, majorOf(draft.source.runtime))),
    start: (spec) => start(spec, toolchains),
    isReady: (runtime) => toolchains.isReady(majorOf(runtime)),
    async prepare(runtime, onProgress, signal) {
      const outcome = await toolchains.prepare(majorOf(runtime), onProgress, signal)
      return outcome.kind === 'ready' ? { kind: 'ready' } : outcome
    },
  }
}

export async function findNodejs(
  environment: NodeJS.ProcessEnv,
  { toolchainsFolder, nodeVersions = [] }: LanguageOptions,
): Promise<Language> {
  const folder = toolchainsFolder ?? null
  const toolchains = new NodeToolchains({ folder, environment })
  return nodejsLanguage({ toolchains, fetchable: toolchains.canFetch() ? nodeVersions : [] })
}

function runtimeOf(major: number): string {
  return `nodejs${major}`
}

function majorOf(runtime: string): number {
  return Number(runtime.slice('nodejs'.length))
}

function programOf(toolchains: NodeToolchains, major: number): NodeProgram {
  return {
    command: toolchains.command(major),
    major,
    isOwn: major === OWN_MAJOR,
    stripsTypes: major >= STRIPS_TYPES_SINCE,
  }
}

function plan(source: Source): BuildPlan {
  const refused = refusedPath(source.files, RESERVED_NAMES)
  if (refused !== undefined) return { kind: 'refused', message: refused }
  const parsed = parseDependencies(source.dependencies)
  if (parsed.kind === 'refused') return parsed
  // Written even when empty: Node would otherwise ask a package.json further up for the module type.
  const manifest = { 'package.json': `${JSON.stringify(parsed.manifest, null, 2)}\n` }
  const wantsInstall = Object.keys(parsed.manifest.dependencies ?? {}).length > 0
  const dependencies = { files: manifest, folders: ['node_modules'], step: npmInstall() }
  return {
    kind: 'planned',
    files: { ...source.files, ...manifest },
    dependencies: wantsInstall ? dependencies : null,
  }
}

/**
 * A quarter of the flavor is left for what lies outside V8's old space: young space, code, buffers
 * and Node itself.
 */
const OLD_SPACE_SHARE = 0.75

function start(spec: StartSpec, toolchains: NodeToolchains): StartCommand {
  const major = majorOf(spec.runtime)
  const command = toolchains.command(major)
  const environment = Object.fromEntries(
    Object.entries(spec.envs).filter(([name]) => isReadAtStart(name)),
  )
  return {
    command,
    args: [
      `--max-old-space-size=${Math.floor(spec.memoryMb * OLD_SPACE_SHARE)}`,
      // Which module system a file uses is told by its syntax; that is intended and no news to the log.
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      ...(major < DETECTS_MODULES_SINCE ? ['--experimental-detect-module'] : []),
      SHIM,
    ],
    environment,
    readOnly: [command, dirname(SHIM)],
    isReusable: Object.keys(environment).length === 0,
  }
}

/**
 * Node, libuv, ICU and OpenSSL read these once, before any module could set them. NODE_CHANNEL_FD and
 * NODE_UNIQUE_ID are left out: they would make Node take our descriptors for its own.
 */
function isReadAtStart(name: string): boolean {
  if (name === 'NODE_CHANNEL_FD' || name === 'NODE_UNIQUE_ID') return false
  return /^(NODE_.+|UV_.+|TZ|LANG|LC_.+|SSL_CERT_FILE|SSL_CERT_DIR)$/.test(name)
}
