import { createLogger } from '../observability/logger.ts'
import { heldSentence, lockDataDir } from './lock.ts'
import {
  EXIT_REFUSED,
  type RoleMessage,
  type RoleName,
  type RunningRole,
  type StartMessage,
} from './role-messages.ts'

/** Waits for a killed predecessor to let go. */
const LOCK_PATIENCE_MS = 5_000
/** Short, because a successor of the supervisor may already wait for the ports. */
const ORPHAN_GRACE_MS = 500

const name = process.argv[2] as RoleName
process.title = `latchkey ${name}`
process.once('message', (message) => {
  run(message as StartMessage).catch(die)
})

/** One role as a process under the supervisor: started by its message, ended by a signal or with it. */
async function run({ settings, version }: StartMessage): Promise<void> {
  const logger = createLogger({ level: settings.logLevel, role: name })
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  const lock = await lockDataDir(settings.dataDir, name, LOCK_PATIENCE_MS)
  if (lock.kind === 'held') {
    await tell({
      type: 'refused',
      sentence: heldSentence(settings.dataDir, lock.holder),
    })
    process.exit(EXIT_REFUSED)
  }
  const deps = { settings, version, logger, tell }
  const role: RunningRole =
    name === 'control'
      ? await (await import('./control-role.ts')).startControlRole(deps)
      : await (await import('./data-role.ts')).startDataRole(deps)
  let stopping = false
  const stop = async (graceMs: number) => {
    if (stopping) return
    stopping = true
    await role.stop(graceMs)
    process.exit(0)
  }
  process.on('SIGTERM', () => stop(settings.stopTimeoutSeconds * 1000))
  // The terminal sends this to the whole group; the supervisor decides when a role stops.
  process.on('SIGINT', () => {})
  // Without a supervisor nobody would restart or stop this process: it ends with it.
  process.on('disconnect', () => stop(ORPHAN_GRACE_MS))
  await tell({ type: 'ready' })
}

function tell(message: RoleMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, () => resolve())
  })
}

function die(error: unknown): never {
  createLogger({ level: 'fatal', role: name }).fatal({ err: error }, 'role could not start')
  process.exit(1)
}
