import { readFileSync } from 'node:fs'
import { loadSettings } from '../config/load.ts'
import { SETTINGS, type Settings } from '../config/settings.ts'
import { createLogger } from '../observability/logger.ts'
import { heldSentence, lockDataDir } from './lock.ts'
import { dataDirFault, folderSentence, preflight } from './preflight.ts'
import { EXIT_REFUSED } from './role-messages.ts'
import { supervise } from './supervisor.ts'

/** A predecessor that was just killed needs a moment until its roles have noticed. */
const LOCK_PATIENCE_MS = 2_000

/**
 * `latchkey serve`: reads the settings, refuses with a sentence what cannot work, then runs until it
 * is told to stop. Resolves with the exit code.
 * @param flags values of the flags that were given, by setting name, and `config` for the settings file
 */
export async function serve(flags: Readonly<Record<string, string>>): Promise<number> {
  const { config, ...settingFlags } = flags
  const loaded = loadSettings({
    flags: settingFlags,
    env: process.env,
    file: config ?? process.env.LATCHKEY_CONFIG,
  })
  if (loaded.kind === 'mistakes') {
    const list = loaded.mistakes.map((mistake) => `  - ${mistake}\n`).join('')
    return refuse(
      `The settings have ${loaded.mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n${list}`,
    )
  }
  // They were read; children must not inherit them.
  for (const { env, secret } of SETTINGS) if (secret) delete process.env[env]
  return start(loaded.settings)
}

async function start(wanted: Settings): Promise<number> {
  outliveClosedOutput()
  const checked = await preflight(wanted)
  if (checked.kind === 'refused') return refuse(`${checked.sentence}\n`)
  const { settings } = checked
  const fault = dataDirFault(settings.dataDir)
  if (fault !== undefined) return refuse(`${fault}\n`)
  // A role that runs alone is guarded by its own lock.
  if (settings.role === 'all') {
    const { dataDir } = settings
    try {
      const lock = await lockDataDir(dataDir, 'serve', LOCK_PATIENCE_MS)
      if (lock.kind === 'held') return refuse(`${heldSentence(dataDir, lock.holder)}\n`)
    } catch (error) {
      return refuse(`${folderSentence(dataDir, (error as Error).message)}\n`)
    }
  }
  return supervise({
    settings,
    version: packageVersion(),
    logger: createLogger({ level: settings.logLevel, role: 'supervisor' }),
    print: (text) => new Promise((done) => process.stdout.write(text, (error) => done(!error))),
    complain: (text) => process.stderr.write(text),
  })
}

/** Who read what was printed may go (`serve | head`): callers are served all the same. */
function outliveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error')
    stream.on('error', () => {})
  }
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function refuse(text: string): number {
  process.stderr.write(text)
  return EXIT_REFUSED
}
