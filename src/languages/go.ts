import { join } from 'node:path'
import { methodName, type Source } from '../domain/function.ts'
import { refusedPath } from '../domain/source-paths.ts'
import {
  compileGo,
  GO_CODE,
  GO_PROGRAM,
  goArtifactKey,
  MAIN_BESIDE,
  OWN_FOLDER,
  SHIM_FOLDER,
} from './go-build.ts'
import { parseModule } from './go-module.ts'
import { type GoShim, readGoShim } from './go-shim.ts'
import { findGoToolchain, type GoToolchain } from './go-toolchain.ts'
import type { BuildPlan, Language, StartCommand, StartSpec } from './language.ts'

const RESERVED_NAMES: ReadonlySet<string> = new Set([
  GO_CODE,
  GO_PROGRAM,
  MAIN_BESIDE,
  OWN_FOLDER,
  'go.mod',
  'go.work',
  'vendor',
  '.latchkey-artifact.json',
])

const EXPORTED_NAME = /^\p{Lu}[\p{L}\p{Nd}_]*$/u

/** Functions are compiled by the Go that is on the PATH; without it the language is not there. */
export async function findGo(environment: NodeJS.ProcessEnv): Promise<Language | undefined> {
  const toolchain = await findGoToolchain(environment)
  return toolchain === undefined ? undefined : goLanguage(toolchain, await readGoShim())
}

export function goLanguage(toolchain: GoToolchain, shim: GoShim): Language {
  return {
    family: 'go',
    runtimes: [`go${toolchain.version}`],
    plan: (source) => plan(source, toolchain),
    compile: (draft) => compileGo(draft, toolchain, shim),
    artifactKey: (source) => goArtifactKey(source, shim),
    start,
  }
}

function plan(source: Source, toolchain: GoToolchain): BuildPlan {
  const refused = refusedPath(source.files, RESERVED_NAMES)
  if (refused !== undefined) return { kind: 'refused', message: refused }
  const method = methodName(source.mainMethod)
  if (!EXPORTED_NAME.test(method)) {
    const message = `The main method ${JSON.stringify(method)} is no exported name of Go: those begin with a capital letter, as in "Handler".`
    return { kind: 'refused', message }
  }
  const parsed = parseModule(source.dependencies, toolchain.version, SHIM_FOLDER)
  if (parsed.kind === 'refused') return parsed
  return {
    kind: 'planned',
    files: { ...source.files, 'go.mod': parsed.text },
    // Go fetches modules while it builds, and keeps them beside what it has compiled.
    dependencies: null,
  }
}

/** What is left is for stacks, the code and what Go has not given back yet. */
const MEMORY_SHARE = 0.9
/**
 * No flavor has more than one core; the second thread is there so that a handler which computes does
 * not keep others, and the answer to a ping, waiting for its turn.
 */
const THREADS = 2

function start(spec: StartSpec): StartCommand {
  const own = Object.entries(spec.envs).filter(([name]) => isReadAtStart(name))
  return {
    command: join(spec.folder, spec.entry),
    args: [],
    environment: {
      GOMEMLIMIT: `${Math.floor(spec.memoryMb * MEMORY_SHARE)}MiB`,
      GOMAXPROCS: String(THREADS),
      ...Object.fromEntries(own),
    },
    readOnly: [],
    isReusable: false,
  }
}

/** Go's runtime reads these before any package begins. */
function isReadAtStart(name: string): boolean {
  return /^(GOGC|GOMEMLIMIT|GOMAXPROCS|GODEBUG|GOTRACEBACK)$/.test(name)
}
