import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Source } from '../domain/function.ts'
import type { BuildPlan, Language, StartCommand, StartSpec } from './language.ts'
import { parseDependencies } from './nodejs-dependencies.ts'
import { compile, ENTRY_NAMES } from './nodejs-entry.ts'
import { npmInstall } from './nodejs-npm.ts'
import { refusedPath } from './source-files.ts'

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

/** Functions run on the Node that runs Latchkey. */
export const nodejs: Language = {
  family: 'nodejs',
  runtimes: [`nodejs${process.versions.node.split('.')[0]}`],
  plan,
  compile,
  start,
}

export async function findNodejs(_environment: NodeJS.ProcessEnv): Promise<Language> {
  return nodejs
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

function start(spec: StartSpec): StartCommand {
  const environment = Object.fromEntries(
    Object.entries(spec.envs).filter(([name]) => isReadAtStart(name)),
  )
  return {
    command: process.execPath,
    args: [
      `--max-old-space-size=${Math.floor(spec.memoryMb * OLD_SPACE_SHARE)}`,
      // Which module system a file uses is told by its syntax; that is intended and no news to the log.
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      SHIM,
    ],
    environment,
    readOnly: [process.execPath, dirname(SHIM)],
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
