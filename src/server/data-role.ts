import { existsSync } from 'node:fs'
import type { Engine } from '../engine/engine.ts'
import { SlotTable } from '../engine/slots.ts'
import { type FeedSink, Follower } from '../feed/follower.ts'
import { Lease } from '../feed/lease.ts'
import { startNodeServer } from '../feed/node-server.ts'
import { Replica } from '../feed/replica.ts'
import { UsageSender } from '../feed/usage-sender.ts'
import { CertificateWatch, type TlsMaterial } from '../gateway/certificate-watch.ts'
import { hasTls } from '../gateway/certificates.ts'
import { GatewayMetrics } from '../gateway/gateway-metrics.ts'
import type { GatewayThreads } from '../gateway/threads.ts'
import { Trust } from '../gateway/trust.ts'
import { systemClock } from '../lib/clock.ts'
import { startTracing } from '../observability/start-tracing.ts'
import { openAccessLog } from './access-log.ts'
import { openCalls } from './async-calls.ts'
import { findEngine } from './data-engine.ts'
import { dataParts } from './data-metrics.ts'
import { startThreads } from './data-threads.ts'
import { type DataPaths, dataPaths, makeFolders } from './paths.ts'
import { type RoleDeps, type RunningRole, StartRefused } from './role-messages.ts'

/** Far above what one machine runs: 50 instances for each of a thousand functions. */
const INSTANCE_CAPACITY = 65_536

/**
 * The data role: follows the feed into a replica on its own disk, serves callers from memory, starts
 * and stops instances. It needs control only to learn of changes.
 */
export async function startDataRole(deps: RoleDeps): Promise<RunningRole> {
  const { settings, logger } = deps
  const paths = dataPaths(settings.dataDir, settings.controlDir)
  makeFolders(paths)
  const replica = new Replica(paths.node, (err) =>
    logger.warn({ err }, 'the copy on disk is damaged; everything is fetched anew'),
  )
  const slots = SlotTable.create(INSTANCE_CAPACITY)
  const finding = findEngine(deps, paths, slots)
  const engineFound = finding.then(({ engine }) => engine)
  // It is waited for further down; until then nobody would hear that it failed.
  engineFound.catch(() => {})
  const usage = startUsageSender(deps, paths)
  const accessLog = await openAccessLog(settings, logger)
  const { version } = deps
  const tracing = await startTracing({ env: process.env, role: 'data', version, logger })
  const gateway = new GatewayMetrics(() => labelsOf(replica))
  let setTls: GatewayThreads['setTls'] = () => {
    // The threads are told when they are there.
  }
  const certificates = watchCertificates(deps, (material) => setTls(material))
  const calls = openCalls(deps, paths, async (run) => (await starting).run(run))
  const trust = Trust.create()
  const parts = { trust, slots, replica, usage, gateway, certificates, accessLog, tracing, calls }
  const stateKnown = Promise.withResolvers<void>()
  // They need as long to begin as the machine does to be looked at and the state to be read.
  const starting: Promise<GatewayThreads> = startThreads(
    deps,
    { ...parts, engineFound },
    stateKnown.promise,
  )
  const hadReplica = replica.load()
  const { engine, sandbox } = await finding
  const nodeServer = await startNodeServer(
    paths.nodeSocket,
    {
      status: () => engine.status(),
      logs: (functionId, query) => engine.logStore.search(functionId, query),
      followLogs: (functionId, after, filter, signal) =>
        engine.logStore.follow(functionId, after, filter, signal),
      tryVersion: (route) => engine.tryVersion(route),
      calls,
      tests: { test: async (test, signal) => (await starting).test(test, signal) },
    },
    logger,
  )
  const lease = new Lease({
    staleAfterMs: settings.stalenessSecondsMax * 1000,
    path: paths.confirmed,
    clock: systemClock,
    onUntil: (ms) => trust.until(ms),
  })
  const follower = new Follower({
    controlSocketPath: paths.controlSocket,
    nodeName: settings.nodeName,
    nodeSocketPath: paths.nodeSocket,
    replica,
    lease,
    clock: systemClock,
    logger,
  })
  follower.start()
  const isControlThere = existsSync(paths.controlSocket)
  await Promise.race([
    firstState(follower, settings.nodeName, hadReplica, isControlThere),
    starting,
  ])
  // Its spare instance begins with the threads' way to their port.
  engine.applyRoutes(replica.state().routes, [])
  stateKnown.resolve()
  const threads = await starting
  setTls = (material) => threads.setTls(material)
  if (certificates !== undefined) setTls(certificates.material)
  follower.attach(createSink(threads, engine))
  void follower.synced().then(() => engine.forgetStrangers())
  calls.start()
  let isLeaving = false
  return {
    metrics: () =>
      dataParts({ threads, gateway, engine, replica, follower, certificates, accessLog, calls }),
    async faults() {
      return isLeaving ? ['The server is about to stop.'] : staleness(follower, lease)
    },
    leave() {
      isLeaving = true
      threads.leave()
    },
    async replaceThreads() {
      certificates?.reload()
      await threads.replace()
    },
    async stop(graceMs) {
      certificates?.close()
      const settled = calls.stop()
      await threads.stop(graceMs)
      await settled
      await calls.close()
      await Promise.all([accessLog?.close(), tracing?.stop()])
      await usage.stop()
      await engine.stop()
      await sandbox.close()
      await follower.stop()
      await nodeServer.close()
      await replica.close()
    },
  }
}

function labelsOf(replica: Replica): ReadonlySet<string> {
  return new Set(replica.state().routes.map((route) => route.label))
}

/**
 * With control there, nothing is served that it has revoked meanwhile. Without it, what this disk has is
 * the newest that this node ever acknowledged.
 */
async function firstState(
  follower: Follower,
  nodeName: string,
  hadReplica: boolean,
  isControlThere: boolean,
): Promise<void> {
  if (hadReplica && !isControlThere) return
  const outcome = await follower.firstOutcome()
  if (outcome === 'name-taken') {
    throw new StartRefused(
      `Another data node is connected to control by the name ${nodeName}. Give this one a name of its own with LATCHKEY_NODE_NAME.`,
    )
  }
  if (outcome === 'unreachable' && !hadReplica) await follower.synced()
}

function watchCertificates(
  { settings, logger }: RoleDeps,
  onChange: (material: TlsMaterial) => void,
): CertificateWatch | undefined {
  if (!hasTls(settings)) return undefined
  const minVersion = settings.tlsMinVersion
  return new CertificateWatch({ settings, minVersion, logger, clock: systemClock, onChange })
}

function startUsageSender({ settings, logger }: RoleDeps, paths: DataPaths): UsageSender {
  const usage = new UsageSender({
    controlSocketPath: paths.controlSocket,
    nodeName: settings.nodeName,
    filePath: paths.usage,
    logger,
  })
  usage.start()
  return usage
}

/** Threads first: calls go to the new version's instance before the engine lets the old ones drain. */
function createSink(threads: GatewayThreads, engine: Engine): FeedSink {
  return {
    async load(state) {
      await threads.load(state)
      const kept = new Set(state.routes.map((route) => route.functionId))
      const gone = Object.keys(engine.status()).filter((id) => !kept.has(id))
      engine.applyRoutes(state.routes, gone)
      engine.forgetStrangers()
    },
    async apply(change) {
      await threads.apply(change)
      engine.applyRoutes(change.routes, change.removedFunctionIds)
    },
  }
}

function staleness(follower: Follower, lease: Lease): string[] {
  if (systemClock.now() < lease.untilMs) return []
  const seconds = Math.round(follower.silentForMs() / 1000)
  return [
    `Calls are answered 503: control has not confirmed in time what is served here; it was last heard ${seconds} s ago.`,
  ]
}
