import { Engine } from '../engine/engine.ts'
import type { SlotTable } from '../engine/slots.ts'
import { findLanguages, type Languages } from '../languages/languages.ts'
import { systemClock } from '../lib/clock.ts'
import { findCgroups } from '../sandbox/cgroups.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { openSandbox } from './isolation.ts'
import { languageOptions } from './language-options.ts'
import type { DataPaths } from './paths.ts'
import type { RoleDeps } from './role-messages.ts'
import { NodeKeys } from './secret-keys.ts'

const DAY_MS = 86_400_000

/** What instances need of this machine takes a while to be looked for. */
export async function findEngine(
  deps: RoleDeps,
  paths: DataPaths,
  slots: SlotTable,
): Promise<{ engine: Engine; sandbox: Sandbox }> {
  const [languages, sandbox] = await Promise.all([
    findLanguages(process.env, languageOptions(deps.settings, paths)),
    openSandbox(deps, paths, 'data'),
  ])
  return { engine: createEngine(deps, paths, slots, { languages, sandbox }), sandbox }
}

function createEngine(
  { settings, logger }: RoleDeps,
  paths: DataPaths,
  slots: SlotTable,
  found: { readonly languages: Languages; readonly sandbox: Sandbox },
): Engine {
  const keys = new NodeKeys(settings, paths.secretKey)
  const cgroups = findCgroups()
  return new Engine({
    ...found,
    ...(cgroups === undefined ? {} : { cgroups }),
    folder: paths.instances,
    artifactsFolder: paths.artifacts,
    logsFolder: paths.logs,
    slots,
    slotsPerInstance: settings.instanceConcurrency,
    idleTimeoutMs: settings.idleTimeoutSeconds * 1000,
    startTimeoutMs: settings.startTimeoutSeconds * 1000,
    spareInstances: settings.spareInstances,
    logBytesMax: settings.functionLogsBytesMax,
    logAgeMaxMs: settings.functionLogsDays * DAY_MS,
    openSecrets: (route, sealed) => keys.open(route, sealed),
    stopGraceMs: settings.stopTimeoutSeconds * 1000,
    logger,
    clock: systemClock,
  })
}
