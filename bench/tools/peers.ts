import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findCommand, output } from './commands.ts'

const FOLDER = fileURLToPath(new URL('../peers', import.meta.url))
const INSTALL_TIMEOUT_MS = 180_000

/**
 * Has the packages of `bench/peers` installed as their lock file says, if they are not.
 * @returns one sentence that says why they cannot be had; undefined when they are there
 */
export async function ensurePeers(say: (line: string) => void): Promise<string | undefined> {
  if (isInstalled()) return undefined
  const npm = npmCommand()
  if (npm === undefined) return 'npm, which installs it, is not on this machine'
  say('installing the packages of bench/peers ...')
  const [file, ...args] = npm
  try {
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=0']
    await output(file!, [...args, 'ci', '--prefix', FOLDER, ...options], {
      timeout: INSTALL_TIMEOUT_MS,
    })
    return undefined
  } catch (error) {
    const lines = (error as Error).message.split('\n')
    return `its packages could not be installed: ${lines.find((line) => /error/i.test(line)) ?? lines[0]}`
  }
}

/** Name and version of each package that the peer is made of. */
export function peerVersions(): string {
  const file = readFileSync(`${FOLDER}/package.json`, 'utf8')
  const { dependencies } = JSON.parse(file) as { dependencies: Record<string, string> }
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

/** npm writes this file last; it is older than the lock file after that has changed. */
function isInstalled(): boolean {
  const written = statSync(`${FOLDER}/node_modules/.package-lock.json`, { throwIfNoEntry: false })
  const lock = statSync(`${FOLDER}/package-lock.json`)
  return written !== undefined && written.mtimeMs >= lock.mtimeMs
}

/** The npm that runs the benchmark, or the one on the path. */
function npmCommand(): string[] | undefined {
  const { npm_execpath: running } = process.env
  if (running !== undefined) return [process.execPath, running]
  const found = findCommand('npm')
  return found === undefined ? undefined : [found]
}
