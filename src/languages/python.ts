import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Source } from '../domain/function.ts'
import { refusedPath } from '../domain/source-paths.ts'
import type { BuildPlan, Language, StartCommand, StartSpec } from './language.ts'
import { compilePython, PYTHON_CODE } from './python-compile.ts'
import { findInterpreters, type Interpreter } from './python-interpreters.ts'
import { pipInstall } from './python-pip.ts'
import { parseRequirements } from './python-requirements.ts'

const SHIM = fileURLToPath(new URL('../../runtimes/python/shim.py', import.meta.url))

/** What pip or Python would read as its own, and what Latchkey writes itself. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  PYTHON_CODE,
  '__pycache__',
  'site-packages',
  'requirements.txt',
  'pip.conf',
  '.latchkey-artifact.json',
])

/** Functions run on every Python 3 that is on the PATH; without one the language is not there. */
export async function findPython(environment: NodeJS.ProcessEnv): Promise<Language | undefined> {
  const interpreters = await findInterpreters(environment)
  if (interpreters.length === 0) return undefined
  return pythonLanguage(interpreters, environment)
}

export function pythonLanguage(
  interpreters: readonly Interpreter[],
  environment: NodeJS.ProcessEnv,
): Language {
  const byRuntime = new Map(interpreters.map((one) => [`python${one.version}`, one]))
  const of = (runtime: string) => byRuntime.get(runtime) ?? interpreters[0]!
  return {
    family: 'python',
    runtimes: [...byRuntime.keys()],
    plan: (source) => plan(source, of(source.runtime), environment),
    compile: (draft) => compilePython(draft, of(draft.source.runtime)),
    start: (spec) => start(spec, of(spec.runtime)),
  }
}

function plan(source: Source, interpreter: Interpreter, environment: NodeJS.ProcessEnv): BuildPlan {
  const refused = refusedPath(source.files, RESERVED_NAMES)
  if (refused !== undefined) return { kind: 'refused', message: refused }
  const parsed = parseRequirements(source.dependencies)
  if (parsed.kind === 'refused') return parsed
  if (parsed.count === 0) return { kind: 'planned', files: source.files, dependencies: null }
  const requirements = { 'requirements.txt': parsed.text }
  return {
    kind: 'planned',
    files: { ...source.files, ...requirements },
    dependencies: {
      files: requirements,
      folders: ['site-packages'],
      step: pipInstall(interpreter, environment),
    },
  }
}

/** Without `site` a start takes half the time, and a function sees no packages but its own. */
const INTERPRETER_ARGS = ['-s', '-S', '-X', 'utf8']

function start({ envs }: StartSpec, interpreter: Interpreter): StartCommand {
  const own = Object.entries(envs).filter(([name]) => isReadAtStart(name))
  return {
    command: interpreter.executable,
    args: [...INTERPRETER_ARGS, SHIM],
    environment: {
      // Each thread that allocates would else get an arena of its own, and give little of it back.
      MALLOC_ARENA_MAX: '2',
      ...Object.fromEntries(own),
    },
    readOnly: [...interpreter.folders, interpreter.executable, dirname(SHIM)],
    isReusable: own.length === 0,
  }
}

/** The interpreter reads these before the shim begins, which sees to PYTHONPATH itself. */
function isReadAtStart(name: string): boolean {
  return /^PYTHON(?!PATH$|HOME$|STARTUP$|INSPECT$)[A-Z0-9_]+$/.test(name)
}
