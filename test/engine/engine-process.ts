/** An engine in a process of its own, to be killed: `<folder> <route> [spares]`. */
import { join } from 'node:path'
import type { Route } from '../../src/domain/routes.ts'
import { Engine } from '../../src/engine/engine.ts'
import { SlotTable } from '../../src/engine/slots.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { NODE_ONLY } from '../helpers/languages.ts'

const [root, routeText, spares = '0'] = process.argv.slice(2)
const engine = new Engine({
  languages: NODE_ONLY,
  folder: join(root!, 'run-of-another'),
  artifactsFolder: join(root!, 'artifacts'),
  logsFolder: join(root!, 'logs'),
  slots: SlotTable.create(16),
  slotsPerInstance: 1,
  idleTimeoutMs: 60_000,
  startTimeoutMs: 60_000,
  spareInstances: Number(spares),
  stopGraceMs: 1000,
  logger: silentLogger(),
  clock: systemClock,
})
await engine.tryVersion(JSON.parse(routeText!) as Route)
