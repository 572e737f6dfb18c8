import type { Settings } from '../config/settings.ts'
import { createLogger, type Logger } from '../observability/logger.ts'
import { heldSentence, lockDataDir } from './lock.ts'
import { folderSentence, isFolderFault, portSentence } from './preflight.ts'
import {
  type AskReadinessMessage,
  EXIT_REFUSED,
  type LeaveMessage,
  type ReplaceThreadsMessage,
  type RoleDeps,
  type RoleMessage,
  type RoleName,
  type RunningRole,
  type StartMessage,
  StartRefused,
} from './role-messages.ts'
import { answerCollects } from './role-metrics.ts'

/** Waits for a killed predecessor to let go. */
const LOCK_PATIENCE_MS = 5_000
/** Short, because a successor of the supervisor may already wait for the ports. */
const ORPHAN_GRACE_MS = 500

const name = process.argv[2] as RoleName
process.title = `latchkey ${name}`
// The supervisor died before this role serves: there is nothing to finish, and nobody would stop it.
process.once('disconnect', abandonStart)
// The terminal sends these to the whole group; the supervisor decides when a role stops.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
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
  const role = await startRole({ settings, version, logger, tell }).catch((error) => {
    const sentence = refusalOf(error, settings)
    if (sentence === undefined) throw error
    return refuse(sentence)
  })
  answerCollects(name, role, { tell, logger })
  process.on('message', (message: LeaveMessage | ReplaceThreadsMessage | AskReadinessMessage) => {
    if (message.type === 'ask-readiness') answerReadiness(role, message, logger)
    if (message.type === 'leave') role.leave()
    if (message.type === 'replace-threads') replaceThreads(role, logger)
  })
  let stopping = false
  const stop = async (graceMs: number) => {
    // A service manager may signal the whole group, the supervisor among it, which signals again.
    if (stopping) return
    stopping = true
    await role.stop(graceMs)
    process.exit(0)
  }
  process.on('SIGTERM', () => stop(settings.stopTimeoutSeconds * 1000))
  // Without a supervisor nobody would restart or stop this process: it ends with it.
  process.off('disconnect', abandonStart)
  process.on('disconnect', () => stop(ORPHAN_GRACE_MS))
  await tell({ type: 'ready' })
}

function answerReadiness(role: RunningRole, { ticket }: AskReadinessMessage, logger: Logger): void {
  role
    .faults()
    .catch((err) => {
      logger.error({ err }, 'whether the role can serve is not known')
      return [`The ${name} role does not know whether it can serve.`]
    })
    .then((faults) => tell({ type: 'readiness', ticket, faults }))
}

function replaceThreads(role: RunningRole, logger: Logger): void {
  role.replaceThreads?.().then(
    () => logger.info('new gateway threads serve'),
    (err) => logger.error({ err }, 'new gateway threads cannot serve; the old ones go on'),
  )
}

async function startRole(deps: RoleDeps): Promise<RunningRole> {
  const { dataDir } = deps.settings
  const lock = await lockDataDir(dataDir, name, LOCK_PATIENCE_MS)
  if (lock.kind === 'held') throw new StartRefused(heldSentence(dataDir, lock.holder))
  return name === 'control'
    ? await (await import('./control-role.ts')).startControlRole(deps)
    : await (await import('./data-role.ts')).startDataRole(deps)
}

/** The sentence for what another try would not mend; undefined for the rest. */
function refusalOf(error: Error & { code?: string }, settings: Settings): string | undefined {
  if (error instanceof StartRefused) return error.message
  // Between the look at the port and its use another program took it. The supervisor has the one for callers.
  if (error.code === 'EADDRINUSE') return portSentence(error.code, settings, 'apiPort')
  return isFolderFault(error) ? folderSentence(settings.dataDir, error.message) : undefined
}

async function refuse(sentence: string): Promise<never> {
  await tell({ type: 'refused', sentence })
  process.exit(EXIT_REFUSED)
}

function abandonStart(): never {
  process.exit(1)
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
