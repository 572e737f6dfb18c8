import { readdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run-tool.ts'

/** A Python of this machine. */
export interface Interpreter {
  /** `3.11`. */
  readonly version: string
  /** The program itself, not a script or link that leads to it. */
  readonly executable: string
  /** Where it and its standard library are. */
  readonly folders: readonly string[]
}

const OLDEST_MINOR = 8
const NAME = /^python3(?:\.[0-9]+)?$/
const PROBE_TIMEOUT_MS = 10_000
const PROBE_SCRIPT = fileURLToPath(new URL('../../runtimes/python/build/probe.py', import.meta.url))

/** Every Python 3 on the PATH by its minor version, newest first; what comes first on the PATH counts. */
export async function findInterpreters(environment: NodeJS.ProcessEnv): Promise<Interpreter[]> {
  const commands = await commandsOnPath(environment.PATH ?? '')
  const asked = await Promise.all(commands.map((command) => ask(command, environment)))
  const byVersion = new Map<string, Interpreter>()
  for (const found of asked) {
    if (found !== undefined && !byVersion.has(found.version)) byVersion.set(found.version, found)
  }
  const minor = ({ version }: Interpreter) => Number(version.split('.')[1])
  return [...byVersion.values()]
    .filter((one) => minor(one) >= OLDEST_MINOR)
    .sort((a, b) => minor(b) - minor(a))
}

async function commandsOnPath(path: string): Promise<string[]> {
  const folders = await Promise.all(
    path
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map(realFolder),
  )
  const names = await Promise.all([...new Set(folders)].map(pythonsIn))
  return names.flat()
}

/** `/bin` and `/usr/bin` are often the same. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch {
    // Not there: what is looked for in it is not found either.
    return folder
  }
}

async function pythonsIn(folder: string): Promise<string[]> {
  if (basename(folder) === 'shims') {
    const managed = await managedPythons(join(dirname(folder), 'versions'))
    if (managed.length > 0) return managed
  }
  const names = (await namesIn(folder)).filter((name) => NAME.test(name))
  return names.sort().map((name) => join(folder, name))
}

/**
 * pyenv has a script for every name that any of its versions has, each of which takes tenths of a second to find
 * out that its version is not chosen. What they lead to lies beside them.
 */
async function managedPythons(versions: string): Promise<string[]> {
  return (await namesIn(versions)).map((name) => join(versions, name, 'bin', 'python3'))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    // Not there, or not ours to read: nothing in it can be run.
    return []
  }
}

/** Undefined for what does not run, such as a link of a version manager to a version that is not chosen. */
async function ask(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<Interpreter | undefined> {
  const outcome = await runTool({
    command,
    args: ['-I', '-S', PROBE_SCRIPT],
    folder: tmpdir(),
    environment: { PATH: environment.PATH ?? '', HOME: environment.HOME ?? tmpdir() },
    timeoutMs: PROBE_TIMEOUT_MS,
  })
  if (outcome.kind !== 'ended' || outcome.code !== 0) return undefined
  const [version, executable, prefix, execPrefix] = outcome.output.trim().split('\n')
  if (execPrefix === undefined || !/^3\.[0-9]+$/.test(version!)) return undefined
  return {
    version: version!,
    executable: executable!,
    folders: [...new Set([prefix!, execPrefix])],
  }
}
