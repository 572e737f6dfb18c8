import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { type FlavorEnforcement, type Isolation, NO_ISOLATION } from '../domain/isolation.ts'
import { findCgroups, prepareCgroups } from '../sandbox/cgroups.ts'
import { findSandbox, isolationFault } from '../sandbox/find.ts'
import { GUARANTEES, type Sandbox } from '../sandbox/sandbox.ts'
import type { DataPaths } from './paths.ts'
import { type RoleDeps, StartRefused } from './role-messages.ts'

/** Beside those of spare instances, for the start that follows at once. */
const MORE_NETWORKS = 1

/** The sandbox of a role. @throws StartRefused when the settings demand more than this machine allows */
export async function openSandbox(
  { settings, logger }: Pick<RoleDeps, 'settings' | 'logger'>,
  paths: DataPaths,
  role: 'control' | 'data',
): Promise<Sandbox> {
  const sandbox = await findSandbox({
    wanted: settings.isolation,
    folder: paths.sandbox(role),
    hidden: [...new Set([settings.dataDir, settings.controlDir, paths.sockets])],
    preparedNetworks: role === 'data' ? settings.spareInstances + MORE_NETWORKS : 0,
  })
  const fault = isolationFault(sandbox, settings.isolation)
  if (fault !== undefined) throw new StartRefused(fault)
  const missing = sandbox.findings.filter(({ holds }) => !holds)
  const what = role === 'data' ? 'functions run' : 'builds run'
  const text = `${what} at isolation level ${sandbox.level}`
  if (missing.length === 0) logger.info({ level: sandbox.level }, text)
  else {
    const names = missing.map(({ name }) => name)
    const reasons = [...new Set(missing.map(({ reason }) => reason))]
    const fields = { level: sandbox.level, missing: names, reasons }
    // Who has chosen it need not be warned.
    const isChosen = settings.isolation === 'process'
    logger[isChosen ? 'info' : 'warn'](fields, `${text}; not every guarantee holds`)
  }
  return sandbox
}

/** Makes control groups for what the data role will start, where they are delegated, and logs what keeps flavors. */
export function prepareFlavors({ settings, logger }: Pick<RoleDeps, 'settings' | 'logger'>): void {
  if (settings.role === 'control') return
  const reason = process.platform === 'linux' ? prepareCgroups() : 'this system has none'
  if (reason === undefined) logger.info('control groups keep the memory and processor of flavors')
  else {
    const text =
      'a watch keeps the memory of flavors, and nothing their processor: no control groups'
    logger.info({ reason }, text)
  }
}

const CGROUPS: FlavorEnforcement = { memory: 'cgroup', cpu: 'cgroup' }

/** As the API tells it. */
export function isolationOf({ level, findings }: Sandbox): Isolation {
  const guarantees = findings.map((finding) => ({ ...finding, promise: GUARANTEES[finding.name] }))
  const hasCgroups = findCgroups() !== undefined
  const enforcement = hasCgroups ? CGROUPS : NO_ISOLATION.enforcement
  return { level, guarantees, enforcement }
}

/** The sentence with which a start is refused; undefined when it may go on. Changes nothing. */
export async function isolationRefusal(settings: Settings): Promise<string | undefined> {
  if (settings.isolation !== 'namespaced') return undefined
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  try {
    const sandbox = await findSandbox({
      wanted: settings.isolation,
      folder,
      hidden: [folder],
      preparedNetworks: 0,
    })
    await sandbox.close()
    return isolationFault(sandbox, settings.isolation)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
