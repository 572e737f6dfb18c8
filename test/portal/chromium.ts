import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'

export interface FoundChromium {
  readonly path: string
  /** What it needs besides the environment of the tests. */
  readonly env: Readonly<Record<string, string>>
}

/** No defaults of packages: theirs switch off what web pages are kept apart by. */
export const LAUNCH_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']

const OF_SYSTEMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const START_PATIENCE_MS = 60_000

/**
 * The browser that `LATCHKEY_TEST_CHROMIUM` names, else the one that comes in a package, else the system's: the first
 * that starts.
 * @param folder - where the package's is unpacked to; it takes about 300 MB
 */
export async function findChromium(folder: string): Promise<FoundChromium | null> {
  const named = process.env.LATCHKEY_TEST_CHROMIUM
  if (named !== undefined) return startable({ path: named, env: {} })
  const packed = await unpack(folder)
  if (packed !== undefined) {
    const env = fonts(folder)
    const found =
      (await startable({ path: packed, env })) ??
      (await startable({ path: packed, env: { ...env, ...(await libraries(folder)) } }))
    if (found !== null) return found
  }
  for (const path of OF_SYSTEMS.filter((path) => existsSync(path))) {
    const found = await startable({ path, env: {} })
    if (found !== null) return found
  }
  return null
}

/** The package unpacks below the system's temporary folder, and leaves it there. */
async function unpack(folder: string): Promise<string | undefined> {
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    return await chromium.executablePath()
  } catch (error) {
    console.log(`The package's Chromium cannot be unpacked: ${(error as Error).message}`)
    return undefined
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}

/** The package's fonts, for a machine that has none. */
function fonts(folder: string): Record<string, string> {
  if (existsSync('/etc/fonts/fonts.conf')) return {}
  const file = join(folder, 'fonts.conf')
  const [fonts, cache] = [join(folder, 'fonts'), join(folder, 'fonts-cache')]
  const parts = `<dir>${fonts}</dir><cachedir>${cache}</cachedir>`
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${parts}</fontconfig>`)
  return { FONTCONFIG_FILE: file }
}

/** The package's own NSS and expat, for a machine that lacks them; empty when they cannot be unpacked. */
async function libraries(folder: string): Promise<Record<string, string>> {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
    const packed = readFileSync(join(dirname(entry), '../bin/al2023.tar.br'))
    const [archive, place] = [join(folder, 'libraries.tar'), join(folder, 'libraries')]
    writeFileSync(archive, brotliDecompressSync(packed))
    mkdirSync(place)
    await promisify(execFile)('tar', ['-xf', archive, '-C', place])
    return { LD_LIBRARY_PATH: join(place, 'lib') }
  } catch (error) {
    console.log(`The libraries of the package's Chromium are missing: ${(error as Error).message}`)
    return {}
  }
}

async function startable(found: FoundChromium): Promise<FoundChromium | null> {
  const args = [...LAUNCH_ARGS, '--headless', '--version']
  const options = { env: { ...process.env, ...found.env }, timeout: START_PATIENCE_MS }
  try {
    await promisify(execFile)(found.path, args, options)
    return found
  } catch {
    // Of another platform, or without the libraries that it needs: the next one is tried.
    return null
  }
}
