import { once } from 'node:events'
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEFINITIONS, type Settings } from '../config/settings.ts'
import { apiCertificates, certificateFault } from '../gateway/certificates.ts'
import { checkSchema } from '../store/check-schema.ts'
import { accessLogFault } from './access-log.ts'
import { isolationRefusal } from './isolation.ts'
import { dataPaths } from './paths.ts'

export type PreflightOutcome =
  | { readonly kind: 'ready'; readonly settings: Settings }
  /** A sentence that says what to do. Nothing was changed. */
  | { readonly kind: 'refused'; readonly sentence: string }

/** A predecessor that was just killed needs a moment until its roles have let go of the ports. */
const PORT_PATIENCE_MS = 1_500
const PORT_RETRY_MS = 100

type PortName = 'apiPort' | 'gatewayPort' | 'metricsPort'

/** Which setting names the address of a port. */
const HOST_OF = {
  apiPort: 'host',
  gatewayPort: 'host',
  metricsPort: 'metricsHost',
} as const satisfies Record<PortName, keyof Settings>

/** Looks at what could stop a start before anything is written. */
export async function preflight(settings: Settings): Promise<PreflightOutcome> {
  const fault = controlDirFault(settings) ?? schemaFault(settings.dataDir)
  if (fault !== undefined) return refused(fault)
  const certificates =
    (settings.role === 'control' ? undefined : certificateFault(settings)) ??
    (settings.role === 'data' ? undefined : certificateFault(apiCertificates(settings)))
  if (certificates !== undefined) return refused(certificates)
  const accessLog = accessLogFault(settings)
  if (accessLog !== undefined) return refused(accessLog)
  const isolation = await isolationRefusal(settings)
  if (isolation !== undefined) return refused(isolation)
  let { apiPort, gatewayPort, metricsPort } = settings
  if (settings.role !== 'data') {
    const found = await findPort(settings, 'apiPort')
    if (typeof found === 'string') return refused(found)
    apiPort = found
  }
  if (settings.role !== 'control') {
    const found = await findPort(settings, 'gatewayPort')
    if (typeof found === 'string') return refused(found)
    gatewayPort = found
  }
  if (metricsPort !== null) {
    const found = await findPort(settings, 'metricsPort')
    if (typeof found === 'string') return refused(found)
    metricsPort = found
  }
  return { kind: 'ready', settings: { ...settings, apiPort, gatewayPort, metricsPort } }
}

/** A data node would wait without end beside a folder in which control never is. */
function controlDirFault({ controlDir, dataDir }: Settings): string | undefined {
  if (controlDir === dataDir || existsSync(controlDir)) return undefined
  return `${DEFINITIONS.controlDir.env} names ${controlDir}, which is not there. It must be the data directory of the control role on this machine; start that first.`
}

function schemaFault(dataDir: string): string | undefined {
  const { env } = DEFINITIONS.dataDir
  const { database } = dataPaths(dataDir)
  try {
    const schema = checkSchema(database)
    if (schema.kind !== 'newer') return undefined
    return `The data directory ${dataDir} was written by a newer Latchkey (schema ${schema.found}). Start that version, or choose another folder with ${env}.`
  } catch (error) {
    return folderSentence(dataDir, (error as Error).message)
  }
}

const FOLDER_FAULTS: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'],
  ...['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'],
])

/** Whether the error says that the data directory is full or may not be written. */
export function isFolderFault(error: { readonly code?: string }): boolean {
  return FOLDER_FAULTS.has(error.code ?? '')
}

/** What the operator reads when the data directory cannot be used. */
export function folderSentence(dataDir: string, reason: string): string {
  return `The data directory ${dataDir} cannot be used (${reason}). Mend that, or choose another folder with ${DEFINITIONS.dataDir.env}.`
}

/** The sentence when the data directory cannot be made or written; undefined when it can. */
export function dataDirFault(dataDir: string): string | undefined {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return folderSentence(dataDir, (error as Error).message)
  }
}

/** The port if it is free (for 0 one that is), else the sentence. */
async function findPort(settings: Settings, name: PortName): Promise<number | string> {
  const host = settings[HOST_OF[name]]
  const port = settings[name] ?? 0
  const giveUpAtMs = Date.now() + PORT_PATIENCE_MS
  for (;;) {
    const outcome = await tryPort(host, port)
    if (typeof outcome === 'number') return outcome
    if (outcome.code !== 'EADDRINUSE' || Date.now() >= giveUpAtMs) {
      return portSentence(outcome.code ?? outcome.message, settings, name)
    }
    await sleep(PORT_RETRY_MS)
  }
}

async function tryPort(host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  const server = createServer()
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : port
}

/** What the operator reads when a port cannot be had. */
export function portSentence(code: string, settings: Settings, name: PortName): string {
  const { [HOST_OF[name]]: host, [name]: port } = settings
  const { env } = DEFINITIONS[name]
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop the program that has it, or choose another with ${env}.`
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Choose one above 1023 with ${env}.`
    default:
      return `The address ${host}:${port} cannot be listened on (${code}). Check ${DEFINITIONS[HOST_OF[name]].env} and ${env}.`
  }
}

function refused(sentence: string): PreflightOutcome {
  return { kind: 'refused', sentence }
}
